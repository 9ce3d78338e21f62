#ifndef CCRYPTO_SHIM_H
#define CCRYPTO_SHIM_H
/* The hash functions of OpenSSL, which libhdf5-dev brings with it. */
#include <openssl/evp.h>
#endif
