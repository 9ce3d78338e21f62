#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>
#include <hdf5_hl.h>

// Many of libhdf5's constants are macros that expand to comma expressions or casts, which the Swift
// importer drops: one inline function brings each of them across.

static inline hid_t ch5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t ch5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ch5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t ch5_ieee_f32le(void) { return H5T_IEEE_F32LE; }
static inline hid_t ch5_ieee_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t ch5_std_i64le(void) { return H5T_STD_I64LE; }
static inline hid_t ch5_c_s1(void) { return H5T_C_S1; }
static inline size_t ch5_variable(void) { return H5T_VARIABLE; }

static inline hid_t ch5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t ch5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t ch5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t ch5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t ch5_dataset_access(void) { return H5P_DATASET_ACCESS; }
// The bytes of a file that was opened from memory, by an object in it; NULL if it was not.
static inline const void *ch5_image(hid_t object, hsize_t *size) {
  const void *bytes = NULL;
  void **place = NULL;
  unsigned intent = 0;
  hid_t file = H5Iget_file_id(object);
  hid_t access = H5Fget_access_plist(file);
  if (H5Pget_driver(access) == H5FD_CORE
      && H5Fget_intent(file, &intent) >= 0 && intent == H5F_ACC_RDONLY
      && H5Fget_vfd_handle(file, H5P_DEFAULT, (void **)&place) >= 0 && place
      && H5Fget_filesize(file, size) >= 0) {
    bytes = *place;
  }
  H5Pclose(access);
  H5Fclose(file);
  return bytes;
}
// The type of the link of this name in a group, negative if there is none. Its name and its structure
// are macros since HDF5 1.12.
static inline int ch5_link_type(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
}
static inline hid_t ch5_default(void) { return H5P_DEFAULT; }
static inline hid_t ch5_all(void) { return H5S_ALL; }
static inline hid_t ch5_error_stack(void) { return H5E_DEFAULT; }
static inline unsigned ch5_acc_trunc(void) { return H5F_ACC_TRUNC; }
static inline unsigned ch5_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline unsigned ch5_creation_order(void) {
  return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
}

// libhdf5 prints its error stack to standard error unless told otherwise, per thread.
static inline void ch5_silence(void) { H5Eset_auto2(H5E_DEFAULT, 0, 0); }

#endif
