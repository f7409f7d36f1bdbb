#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not see: 15 + 32 reads zlib and gzip headers alike. */
static inline int keten_inflate_init(z_stream *stream) {
  return inflateInit2(stream, 15 + 32);
}

/* So is deflateInit2: -15 writes no header, 15 + 16 that of gzip, without name and time. */
static inline int keten_deflate_init(z_stream *stream, int window_bits) {
  return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
