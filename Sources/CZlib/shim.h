#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

/* What libhdf5 deflates with, and depends on. */
#include <zlib.h>

/* inflateInit2 is a macro, which the Swift importer drops. Negative bits mean deflate without the
   head and the checksum of zlib. */
static inline int cz_begin_inflating(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }

#endif
