/* SPDX-License-Identifier: Apache-2.0 */
/* vaapi_device.c - finds an encoder of VA-API: libraries, render node, driver, what it offers. */
#include "av_vaapi.h"

#include <stdio.h>
#include <stdlib.h>

const struct av_vaapi_place av_vaapi_usual = {"libva.so.2", "libva-drm.so.2", "/dev/dri/render*"};

static void *open_usual(const struct av_encoder_config *config, char *said, size_t cap)
{
	return av_vaapi_open(&av_vaapi_usual, config, said, cap);
}

#ifdef AV_HAS_VA
#include "vaapi_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

/* ---- libraries ---- */

static const struct {
	const char *name;
	size_t at;
} symbols[] = {
	{"vaInitialize", offsetof(struct vaapi_calls, initialize)},
	{"vaTerminate", offsetof(struct vaapi_calls, terminate)},
	{"vaErrorStr", offsetof(struct vaapi_calls, error_str)},
	{"vaSetErrorCallback", offsetof(struct vaapi_calls, set_error_callback)},
	{"vaSetInfoCallback", offsetof(struct vaapi_calls, set_info_callback)},
	{"vaGetConfigAttributes", offsetof(struct vaapi_calls, get_attributes)},
	{"vaCreateConfig", offsetof(struct vaapi_calls, create_config)},
	{"vaDestroyConfig", offsetof(struct vaapi_calls, destroy_config)},
	{"vaCreateSurfaces", offsetof(struct vaapi_calls, create_surfaces)},
	{"vaDestroySurfaces", offsetof(struct vaapi_calls, destroy_surfaces)},
	{"vaCreateContext", offsetof(struct vaapi_calls, create_context)},
	{"vaDestroyContext", offsetof(struct vaapi_calls, destroy_context)},
	{"vaCreateBuffer", offsetof(struct vaapi_calls, create_buffer)},
	{"vaDestroyBuffer", offsetof(struct vaapi_calls, destroy_buffer)},
	{"vaMapBuffer", offsetof(struct vaapi_calls, map)},
	{"vaUnmapBuffer", offsetof(struct vaapi_calls, unmap)},
	{"vaDeriveImage", offsetof(struct vaapi_calls, derive_image)},
	{"vaDestroyImage", offsetof(struct vaapi_calls, destroy_image)},
	{"vaBeginPicture", offsetof(struct vaapi_calls, begin)},
	{"vaRenderPicture", offsetof(struct vaapi_calls, render)},
	{"vaEndPicture", offsetof(struct vaapi_calls, end)},
	{"vaSyncSurface", offsetof(struct vaapi_calls, sync)},
};

static bool take_symbol(struct vaapi_calls *calls, void *library, const char *name, size_t at,
			char *said, size_t cap)
{
	void *symbol = dlsym(library, name);

	if (!symbol) {
		snprintf(said, cap, "libva has no %s: it is too old", name);
		return false;
	}
	memcpy((char *)calls + at, &symbol, sizeof(symbol));
	return true;
}

static bool load(struct vaapi_calls *calls, const struct av_vaapi_place *place, char *said,
		 size_t cap)
{
	calls->va = dlopen(place->va, RTLD_NOW | RTLD_LOCAL);
	calls->drm = calls->va ? dlopen(place->drm, RTLD_NOW | RTLD_LOCAL) : NULL;
	if (!calls->drm) {
		snprintf(said, cap, "%s cannot be loaded: install libva2 and libva-drm2",
			 calls->va ? place->drm : place->va);
		return false;
	}
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (!take_symbol(calls, calls->va, symbols[i].name, symbols[i].at, said, cap))
			return false;
	return take_symbol(calls, calls->drm, "vaGetDisplayDRM",
			   offsetof(struct vaapi_calls, get_display), said, cap);
}

/* ---- driver ---- */

static bool failed(struct vaapi *vaapi, const char *what, VAStatus status, char *said, size_t cap)
{
	if (status == VA_STATUS_SUCCESS)
		return false;
	snprintf(said, cap, "%s: %s", what, vaapi->calls.error_str(status));
	return true;
}

/* offers asks for what this encoder needs of an entry point. */
static bool offers(struct vaapi *vaapi, VAEntrypoint entry)
{
	VAConfigAttrib attributes[] = {{.type = VAConfigAttribRTFormat},
				       {.type = VAConfigAttribRateControl},
				       {.type = VAConfigAttribEncPackedHeaders}};

	if (vaapi->calls.get_attributes(vaapi->display, VAProfileH264ConstrainedBaseline, entry,
					attributes, 3) != VA_STATUS_SUCCESS)
		return false;
	for (int i = 0; i < 2; i++)
		if (attributes[i].value == VA_ATTRIB_NOT_SUPPORTED)
			return false;
	vaapi->packed = attributes[2].value == VA_ATTRIB_NOT_SUPPORTED ? 0 : attributes[2].value;
	vaapi->packed &= VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_SLICE;
	return (attributes[0].value & VA_RT_FORMAT_YUV420) && (attributes[1].value & VA_RC_CBR);
}

/* configure takes the entry point of low power only where there is no other. */
static bool configure(struct vaapi *vaapi, char *said, size_t cap)
{
	static const VAEntrypoint entries[] = {VAEntrypointEncSlice, VAEntrypointEncSliceLP};
	VAConfigAttrib wanted[] = {{VAConfigAttribRTFormat, VA_RT_FORMAT_YUV420},
				   {VAConfigAttribRateControl, VA_RC_CBR},
				   {VAConfigAttribEncPackedHeaders, 0}};

	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		if (!offers(vaapi, entries[i]))
			continue;
		wanted[2].value = vaapi->packed;
		return !failed(vaapi, "no configuration",
			       vaapi->calls.create_config(
				       vaapi->display, VAProfileH264ConstrainedBaseline, entries[i],
				       wanted, vaapi->packed ? 3 : 2, &vaapi->va_config),
			       said, cap);
	}
	snprintf(said, cap, "its driver encodes no H.264 at a constant rate");
	return false;
}

static bool make_context(struct vaapi *vaapi, char *said, size_t cap)
{
	const unsigned int width = (unsigned int)(vaapi->config.width + 15) / 16 * 16;
	const unsigned int height = (unsigned int)(vaapi->config.height + 15) / 16 * 16;
	VASurfaceID surfaces[1 + VAAPI_NUM_KEPT];

	if (failed(vaapi, "no surfaces",
		   vaapi->calls.create_surfaces(vaapi->display, VA_RT_FORMAT_YUV420, width, height,
						surfaces, 1 + VAAPI_NUM_KEPT, NULL, 0),
		   said, cap))
		return false;
	vaapi->input = surfaces[0];
	memcpy(vaapi->kept, surfaces + 1, sizeof(vaapi->kept));
	vaapi->cap = (size_t)width * height * 3 / 2 + 4096; /* no picture is coded larger */
	vaapi->out = malloc(vaapi->cap);
	return vaapi->out &&
	       !failed(vaapi, "no context",
		       vaapi->calls.create_context(vaapi->display, vaapi->va_config, (int)width,
						   (int)height, VA_PROGRESSIVE, surfaces,
						   1 + VAAPI_NUM_KEPT, &vaapi->context),
		       said, cap) &&
	       !failed(vaapi, "no buffer",
		       vaapi->calls.create_buffer(vaapi->display, vaapi->context,
						  VAEncCodedBufferType, (unsigned int)vaapi->cap, 1,
						  NULL, &vaapi->coded),
		       said, cap);
}

/* forget_device gives back what belongs to a node, so that another can be tried. */
static void forget_device(struct vaapi *vaapi)
{
	struct vaapi_calls *calls = &vaapi->calls;

	if (vaapi->coded != VA_INVALID_ID)
		calls->destroy_buffer(vaapi->display, vaapi->coded);
	if (vaapi->context != VA_INVALID_ID)
		calls->destroy_context(vaapi->display, vaapi->context);
	if (vaapi->input != VA_INVALID_SURFACE) {
		calls->destroy_surfaces(vaapi->display, &vaapi->input, 1);
		calls->destroy_surfaces(vaapi->display, vaapi->kept, VAAPI_NUM_KEPT);
	}
	if (vaapi->va_config != VA_INVALID_ID)
		calls->destroy_config(vaapi->display, vaapi->va_config);
	if (vaapi->display)
		calls->terminate(vaapi->display);
	if (vaapi->node >= 0)
		close(vaapi->node);
	free(vaapi->out);
	vaapi->out = NULL;
	vaapi->display = NULL;
	vaapi->node = -1;
	vaapi->coded = vaapi->context = vaapi->va_config = VA_INVALID_ID;
	vaapi->input = VA_INVALID_SURFACE;
}

static bool open_node(struct vaapi *vaapi, const char *path, char *said, size_t cap)
{
	int major, minor;

	vaapi->node = open(path, O_RDWR | O_CLOEXEC);
	if (vaapi->node < 0) {
		snprintf(said, cap, "%s", strerror(errno));
		return false;
	}
	vaapi->display = vaapi->calls.get_display(vaapi->node);
	if (!vaapi->display) {
		snprintf(said, cap, "libva takes it for no device");
		return false;
	}
	vaapi->calls.set_info_callback(vaapi->display, NULL, NULL); /* it would write to stderr */
	vaapi->calls.set_error_callback(vaapi->display, NULL, NULL);
	return !failed(vaapi, "no driver", vaapi->calls.initialize(vaapi->display, &major, &minor),
		       said, cap) &&
	       configure(vaapi, said, cap) && make_context(vaapi, said, cap);
}

bool vaapi_device(struct vaapi *vaapi, const struct av_vaapi_place *place, char *said, size_t cap)
{
	char reason[128] = "";
	bool good = false;
	glob_t nodes;

	if (!load(&vaapi->calls, place, said, cap))
		return false;
	if (glob(place->nodes, 0, NULL, &nodes) != 0) {
		snprintf(said, cap,
			 "no device %s: this machine has no graphics processor, or its "
			 "driver is not loaded",
			 place->nodes);
		return false;
	}
	for (size_t i = 0; i < nodes.gl_pathc && !good; i++) {
		good = open_node(vaapi, nodes.gl_pathv[i], reason, sizeof(reason));
		if (!good) {
			snprintf(said, cap, "%s: %s", nodes.gl_pathv[i], reason);
			forget_device(vaapi);
		}
	}
	globfree(&nodes);
	return good;
}

void vaapi_close(void *encoder)
{
	struct vaapi *vaapi = encoder;

	forget_device(vaapi);
	if (vaapi->calls.drm)
		dlclose(vaapi->calls.drm);
	if (vaapi->calls.va)
		dlclose(vaapi->calls.va);
	free(vaapi);
}

void *av_vaapi_open(const struct av_vaapi_place *place, const struct av_encoder_config *config,
		    char *said, size_t cap)
{
	struct vaapi *vaapi = calloc(1, sizeof(*vaapi));

	snprintf(said, cap, "no memory");
	if (!vaapi)
		return NULL;
	vaapi->config = *config;
	vaapi->node = -1;
	vaapi->coded = vaapi->context = vaapi->va_config = VA_INVALID_ID;
	vaapi->input = VA_INVALID_SURFACE;
	if (vaapi_device(vaapi, place, said, cap))
		return vaapi;
	vaapi_close(vaapi);
	return NULL;
}

const struct av_module av_vaapi = {
	.version = AV_MODULE_VERSION,
	.name = "vaapi",
	.licence = "MIT",
	.encoder_open = open_usual,
	.encode = vaapi_encode,
	.encoder_close = vaapi_close,
};

#else

void *av_vaapi_open(const struct av_vaapi_place *place, const struct av_encoder_config *config,
		    char *said, size_t cap)
{
	(void)place;
	(void)config;
	snprintf(said, cap, "it was built without libva's headers: install libva-dev, build again");
	return NULL;
}

const struct av_module av_vaapi = {
	.version = AV_MODULE_VERSION, .name = "vaapi", .encoder_open = open_usual};

#endif
