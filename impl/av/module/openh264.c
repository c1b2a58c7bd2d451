/* SPDX-License-Identifier: Apache-2.0 */
/* openh264.c - the module around OpenH264: an encoder beside x264, and the decoder of the
 * receiver. */
#include "../av_module.h"

#include <stdlib.h>
#include <string.h>

#include <wels/codec_api.h>

#define MAX_UNIT_BYTES ((size_t)4 << 20)
#define MAX_UNITS 64

struct encoder {
	ISVCEncoder *codec;
	SFrameBSInfo info;
	size_t len, num_units, unit_lens[MAX_UNITS];
	int width, height;
	uint8_t out[MAX_UNIT_BYTES];
};

static void set_layer(SSpatialLayerConfig *layer, const struct av_encoder_config *config)
{
	layer->iVideoWidth = config->width;
	layer->iVideoHeight = config->height;
	layer->fFrameRate = (float)config->fps;
	layer->iSpatialBitrate = layer->iMaxSpatialBitrate = config->kbps * 1000;
	layer->uiProfileIdc = PRO_BASELINE;
	layer->sSliceArgument.uiSliceMode = SM_FIXEDSLCNUM_SLICE;
	layer->sSliceArgument.uiSliceNum = 4;
}

static int configure(struct encoder *encoder, const struct av_encoder_config *config)
{
	int quiet = WELS_LOG_QUIET;
	SEncParamExt param;

	(*encoder->codec)->SetOption(encoder->codec, ENCODER_OPTION_TRACE_LEVEL, &quiet);
	(*encoder->codec)->GetDefaultParams(encoder->codec, &param);
	param.iUsageType = CAMERA_VIDEO_REAL_TIME;
	param.iPicWidth = config->width;
	param.iPicHeight = config->height;
	param.iTargetBitrate = param.iMaxBitrate = config->kbps * 1000;
	param.fMaxFrameRate = (float)config->fps;
	param.iRCMode = RC_BITRATE_MODE;
	param.bEnableFrameSkip = false; /* a skipped frame would be a missed one */
	param.iComplexityMode = LOW_COMPLEXITY;
	param.iMultipleThreadIdc = (unsigned short)(config->threads > 1 ? config->threads : 1);
	param.iSpatialLayerNum = 1;
	param.eSpsPpsIdStrategy = CONSTANT_ID;
	set_layer(&param.sSpatialLayers[0], config);
	return (*encoder->codec)->InitializeExt(encoder->codec, &param);
}

static void encoder_close(void *context)
{
	struct encoder *encoder = context;

	(*encoder->codec)->Uninitialize(encoder->codec);
	WelsDestroySVCEncoder(encoder->codec);
	free(encoder);
}

static void *encoder_open(const struct av_encoder_config *config, char *said, size_t cap)
{
	struct encoder *encoder = calloc(1, sizeof(*encoder));

	(void)said;
	(void)cap;
	if (!encoder || WelsCreateSVCEncoder(&encoder->codec) != 0) {
		free(encoder);
		return NULL;
	}
	encoder->width = config->width;
	encoder->height = config->height;
	if (configure(encoder, config) != 0) {
		encoder_close(encoder);
		return NULL;
	}
	return encoder;
}

static int append(struct encoder *encoder, const SLayerBSInfo *layer)
{
	size_t len = 0;

	for (int i = 0; i < layer->iNalCount; i++) {
		if (encoder->num_units == MAX_UNITS)
			return -1;
		encoder->unit_lens[encoder->num_units] = (size_t)layer->pNalLengthInByte[i];
		len += encoder->unit_lens[encoder->num_units++];
	}
	if (len > sizeof(encoder->out) - encoder->len)
		return -1;
	memcpy(encoder->out + encoder->len, layer->pBsBuf, len);
	encoder->len += len;
	return 0;
}

static int encode(void *context, const struct av_picture *in, int64_t number, bool idr,
		  struct av_encoded *out)
{
	struct encoder *encoder = context;
	SSourcePicture picture = {.iColorFormat = videoFormatI420,
				  .iPicWidth = encoder->width,
				  .iPicHeight = encoder->height,
				  .uiTimeStamp = number * 1000 / 60};

	for (int i = 0; i < 3; i++) {
		picture.pData[i] = in->planes[i];
		picture.iStride[i] = in->strides[i];
	}
	if (idr)
		(*encoder->codec)->ForceIntraFrame(encoder->codec, true);
	if ((*encoder->codec)->EncodeFrame(encoder->codec, &picture, &encoder->info) != 0 ||
	    encoder->info.eFrameType == videoFrameTypeSkip)
		return -1;
	encoder->len = encoder->num_units = 0;
	for (int i = 0; i < encoder->info.iLayerNum; i++)
		if (append(encoder, &encoder->info.sLayerInfo[i]) != 0)
			return -1;
	*out = (struct av_encoded){encoder->out, encoder->len, encoder->num_units,
				   encoder->unit_lens};
	return encoder->len > 0 ? 0 : -1;
}

static void decoder_close(void *context)
{
	ISVCDecoder *decoder = context;

	(*decoder)->Uninitialize(decoder);
	WelsDestroyDecoder(decoder);
}

static void *decoder_open(void)
{
	ISVCDecoder *decoder = NULL;
	SDecodingParam param = {.uiTargetDqLayer = UINT8_MAX, .eEcActiveIdc = ERROR_CON_DISABLE};
	int quiet = WELS_LOG_QUIET;

	param.sVideoProperty.eVideoBsType = VIDEO_BITSTREAM_AVC;
	if (WelsCreateDecoder(&decoder) != 0)
		return NULL;
	(*decoder)->SetOption(decoder, DECODER_OPTION_TRACE_LEVEL, &quiet);
	if ((*decoder)->Initialize(decoder, &param) != 0) {
		WelsDestroyDecoder(decoder);
		return NULL;
	}
	return decoder;
}

static int decode(void *context, const uint8_t *in, size_t len, struct av_picture *out)
{
	ISVCDecoder *decoder = context;
	SBufferInfo info = {0};
	unsigned char *planes[3] = {NULL, NULL, NULL};

	*out = (struct av_picture){0};
	if ((*decoder)->DecodeFrameNoDelay(decoder, in, (int)len, planes, &info) != dsErrorFree)
		return -1;
	if (info.iBufferStatus != 1)
		return 0;
	for (int i = 0; i < 3; i++) {
		out->planes[i] = planes[i];
		out->strides[i] = info.UsrData.sSystemBuffer.iStride[i > 0];
	}
	out->width = info.UsrData.sSystemBuffer.iWidth;
	out->height = info.UsrData.sSystemBuffer.iHeight;
	return 0;
}

__attribute__((visibility("default"))) extern const struct av_module av_module;
const struct av_module av_module = {
	.version = AV_MODULE_VERSION,
	.name = "openh264",
	.licence = "BSD-2-Clause",
	.encoder_open = encoder_open,
	.encode = encode,
	.encoder_close = encoder_close,
	.decoder_open = decoder_open,
	.decode = decode,
	.decoder_close = decoder_close,
};
