#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not see: 15 + 32 reads zlib and gzip headers alike. */
static inline int keten_inflate_init(z_stream *stream) {
  return inflateInit2(stream, 15 + 32);
}
