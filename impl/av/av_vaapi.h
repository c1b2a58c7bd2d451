/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_vaapi.h - H.264 by a hardware encoder, through VA-API (libva 2, loaded at run time). Spec:
 * va.h and va_enc_h264.h of libva 2.17.
 *
 * Nothing here has encoded a picture yet: no driver of Debian encodes H.264 without hardware
 * (docs/adr/0032). What is tested is every way to have none, and the headers (av_h264.h).
 */
#ifndef AV_VAAPI_H
#define AV_VAAPI_H

#include "av_module.h"

/* av_vaapi_place says where the libraries and the render nodes are. */
struct av_vaapi_place {
	const char *va, *drm, *nodes; /* two names for dlopen, and a pattern of files */
};

extern const struct av_vaapi_place av_vaapi_usual;

/* av_vaapi_open is encoder_open of a module, at a place; it takes the first node that encodes. */
void *av_vaapi_open(const struct av_vaapi_place *place, const struct av_encoder_config *config,
		    char *said, size_t cap);

/* av_vaapi is the module; its encoder_open looks at the usual place. */
extern const struct av_module av_vaapi;

#endif /* AV_VAAPI_H */
