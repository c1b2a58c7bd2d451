/* SPDX-License-Identifier: Apache-2.0 */
/* vaapi_calls.h - an encoder of VA-API and the calls of libva that it makes. */
#ifndef VAAPI_CALLS_H
#define VAAPI_CALLS_H

#include <va/va.h>
#include <va/va_drm.h>

#include "av_h264.h"
#include "av_vaapi.h"

#define VAAPI_NUM_KEPT 2 /* what was encoded last, and what refers to it */
#define VAAPI_MAX_BUFFERS 12

/* vaapi_calls are symbols of the two libraries, of the types that their headers give them. */
struct vaapi_calls {
	void *va, *drm; /* handles of dlopen */
	__typeof__(vaGetDisplayDRM) *get_display;
	__typeof__(vaInitialize) *initialize;
	__typeof__(vaTerminate) *terminate;
	__typeof__(vaErrorStr) *error_str;
	__typeof__(vaSetErrorCallback) *set_error_callback;
	__typeof__(vaSetInfoCallback) *set_info_callback;
	__typeof__(vaGetConfigAttributes) *get_attributes;
	__typeof__(vaCreateConfig) *create_config;
	__typeof__(vaDestroyConfig) *destroy_config;
	__typeof__(vaCreateSurfaces) *create_surfaces;
	__typeof__(vaDestroySurfaces) *destroy_surfaces;
	__typeof__(vaCreateContext) *create_context;
	__typeof__(vaDestroyContext) *destroy_context;
	__typeof__(vaCreateBuffer) *create_buffer;
	__typeof__(vaDestroyBuffer) *destroy_buffer;
	__typeof__(vaMapBuffer) *map;
	__typeof__(vaUnmapBuffer) *unmap;
	__typeof__(vaDeriveImage) *derive_image;
	__typeof__(vaDestroyImage) *destroy_image;
	__typeof__(vaBeginPicture) *begin;
	__typeof__(vaRenderPicture) *render;
	__typeof__(vaEndPicture) *end;
	__typeof__(vaSyncSurface) *sync;
};

/* vaapi is one encoder. Ids are VA_INVALID_ID where there is none. */
struct vaapi {
	struct vaapi_calls calls;
	struct av_encoder_config config;
	int node; /* a file */
	VADisplay display;
	uint32_t packed; /* headers that the driver wants: VA_ENC_PACKED_HEADER_ */
	VAConfigID va_config;
	VAContextID context;
	VASurfaceID input, kept[VAAPI_NUM_KEPT];
	VABufferID coded;
	uint32_t since_idr, num_idr;	       /* pictures since the last IDR one; IDR pictures */
	VABufferID buffers[VAAPI_MAX_BUFFERS]; /* of the picture in work */
	unsigned int num_buffers;
	size_t cap;
	uint8_t *out;
};

/* vaapi_device finds libraries, node and driver, and makes context and buffers; vaapi_close takes
 * what it left. False with the reason in said. */
bool vaapi_device(struct vaapi *vaapi, const struct av_vaapi_place *place, char *said, size_t cap);
void vaapi_close(void *encoder);

/* vaapi_encode is encode of a module. */
int vaapi_encode(void *encoder, const struct av_picture *in, int64_t number, bool idr,
		 struct av_encoded *out);

#endif /* VAAPI_CALLS_H */
