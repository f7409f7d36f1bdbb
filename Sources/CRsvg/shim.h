#pragma once
/* Debian: librsvg2-dev, which brings Cairo and Fontconfig. */
#include <cairo.h>
#include <fontconfig/fontconfig.h>

/* Of librsvg 2.52 and later only this is needed. Its header brings all of GIO and GdkPixbuf with it, whose .pc files have a flag
   (-pthread) that SwiftPM warns of in every build. */
typedef struct _RsvgHandle RsvgHandle;
typedef struct { double x, y, width, height; } RsvgRectangle;
typedef struct { unsigned int domain; int code; char *message; } GError;

RsvgHandle *rsvg_handle_new_from_data(const unsigned char *data, size_t length, GError **error);
int rsvg_handle_get_intrinsic_size_in_pixels(RsvgHandle *handle, double *width, double *height);
int rsvg_handle_render_document(RsvgHandle *handle, cairo_t *cairo, const RsvgRectangle *viewport, GError **error);
void g_object_unref(void *object);
void g_error_free(GError *error);
