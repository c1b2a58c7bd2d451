/* SPDX-License-Identifier: Apache-2.0 */
/* camera.c - the newest picture of a camera at each tick, by V4L2 and memory that it shares (Linux,
 * userspace-api/media/v4l, "Streaming I/O (Memory Mapping)"). */
#include "av_capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/videodev2.h>

/* ---- opening ---- */

static int call(int fd, unsigned long request, void *argument)
{
	int answer;

	do
		answer = ioctl(fd, request, argument);
	while (answer < 0 && errno == EINTR);
	return answer;
}

static bool is_camera(int fd)
{
	struct v4l2_capability about = {0};

	return call(fd, VIDIOC_QUERYCAP, &about) == 0 &&
	       (about.device_caps & V4L2_CAP_VIDEO_CAPTURE) &&
	       (about.device_caps & V4L2_CAP_STREAMING);
}

/* set_format asks for the formats in turn; a driver answers with what it can do. */
static bool set_format(struct av_camera *camera, int width, int height)
{
	static const uint32_t formats[] = {V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_NV12,
					   V4L2_PIX_FMT_YUYV};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

		format.fmt.pix.width = (uint32_t)width;
		format.fmt.pix.height = (uint32_t)height;
		format.fmt.pix.pixelformat = formats[i];
		if (call(camera->fd, VIDIOC_S_FMT, &format) != 0 ||
		    format.fmt.pix.pixelformat != formats[i])
			continue;
		camera->raw = (struct av_raw){.width = (int)format.fmt.pix.width,
					      .height = (int)format.fmt.pix.height,
					      .stride = (int)format.fmt.pix.bytesperline,
					      .format = formats[i]};
		return av_raw_fits(&camera->raw);
	}
	return false;
}

/* set_rate returns the rate that the camera chose; 0 if it does not say. */
static double set_rate(struct av_camera *camera, int fps)
{
	struct v4l2_streamparm rate = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
	struct v4l2_fract *frame = &rate.parm.capture.timeperframe;

	*frame = (struct v4l2_fract){.numerator = 1, .denominator = (uint32_t)fps};
	if (call(camera->fd, VIDIOC_S_PARM, &rate) != 0 || frame->numerator == 0)
		return 0;
	return (double)frame->denominator / frame->numerator;
}

static bool give_back(struct av_camera *camera, uint32_t index)
{
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};

	return call(camera->fd, VIDIOC_QBUF, &buffer) == 0;
}

static bool map_buffer(struct av_camera *camera, uint32_t index)
{
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = index};
	void *bytes;

	if (call(camera->fd, VIDIOC_QUERYBUF, &buffer) != 0)
		return false;
	bytes = mmap(NULL, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, camera->fd,
		     (off_t)buffer.m.offset);
	if (bytes == MAP_FAILED)
		return false;
	camera->num_buffers = index + 1;
	camera->buffers[index].bytes = bytes;
	camera->buffers[index].len = buffer.length;
	return buffer.length >= av_raw_len(&camera->raw) && give_back(camera, index);
}

/* stream begins with as many buffers as the driver gives: two at least, for one is held. */
static bool stream(struct av_camera *camera)
{
	struct v4l2_requestbuffers request = {.count = AV_CAMERA_BUFFERS,
					      .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
					      .memory = V4L2_MEMORY_MMAP};
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (call(camera->fd, VIDIOC_REQBUFS, &request) != 0 || request.count < 2)
		return false;
	for (uint32_t i = 0; i < request.count && i < AV_CAMERA_BUFFERS; i++)
		if (!map_buffer(camera, i))
			return false;
	return call(camera->fd, VIDIOC_STREAMON, &type) == 0;
}

/* said_of writes the format for people: "NV12 1280x720, 60 a second". */
static void said_of(struct av_camera *camera, double rate)
{
	char code[5] = {0};

	memcpy(code, &camera->raw.format, 4);
	snprintf(camera->source->format, sizeof(camera->source->format), "%s %dx%d, %g a second",
		 code, camera->raw.width, camera->raw.height, rate);
}

enum gng_status av_camera_open(struct av_camera *camera, struct gng_av_source *source,
			       const char *path, int width, int height, int fps,
			       struct gng_why *why)
{
	*camera = (struct av_camera){.held = -1, .source = source};
	snprintf(source->name, sizeof(source->name), "%s", path);
	camera->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (camera->fd < 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "av.camera",
				   "%s: no camera can be opened there: %s", path, strerror(errno));
	if (!is_camera(camera->fd))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "av.camera",
				   "%s is no camera of V4L2 that streams: v4l2-ctl --list-devices "
				   "lists them",
				   path);
	if (!set_format(camera, width, height))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "av.camera",
				   "%s has no pictures of YU12, NV12 or YUYV: v4l2-ctl "
				   "--list-formats says which it has",
				   path);
	said_of(camera, set_rate(camera, fps));
	if (!stream(camera))
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "av.camera",
				   "%s does not stream %s: %s", path, source->format,
				   strerror(errno));
	source->used = true;
	return GNG_OK;
}

void av_camera_close(struct av_camera *camera)
{
	for (uint32_t i = 0; i < camera->num_buffers; i++)
		munmap(camera->buffers[i].bytes, camera->buffers[i].len);
	if (camera->fd >= 0)
		close(camera->fd);
	camera->num_buffers = 0;
	camera->fd = -1;
}

/* ---- taking ---- */

/* note counts what the driver left out, by its own number of pictures, and the age. */
static void note(struct av_camera *camera, const struct v4l2_buffer *buffer, uint64_t tick_ns)
{
	struct gng_av_source *source = camera->source;
	const uint64_t stamp = (uint64_t)buffer->timestamp.tv_sec * 1000000000 +
			       (uint64_t)buffer->timestamp.tv_usec * 1000;

	if (source->taken && buffer->sequence - camera->sequence < INT32_MAX)
		source->overruns += buffer->sequence - camera->sequence - 1;
	camera->sequence = buffer->sequence;
	if ((buffer->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
		av_source_age(source, 0, tick_ns);
	else
		av_source_age(source, stamp, tick_ns);
	source->taken++;
}

/* hold keeps the buffer instead of the one before. */
static void hold(struct av_camera *camera, const struct v4l2_buffer *buffer)
{
	if (camera->held >= 0)
		(void)!give_back(camera, (uint32_t)camera->held);
	camera->held = (int)buffer->index;
	camera->raw.bytes = camera->buffers[buffer->index].bytes;
}

/* drop counts from the first picture that was taken: before it the camera ran in. */
static void drop(struct av_camera *camera, uint32_t index)
{
	camera->source->dropped += camera->source->taken > 0;
	(void)!give_back(camera, index);
}

/* next takes one picture that is whole; false if none is ready, with errno EAGAIN, or ever will. */
static bool next(struct av_camera *camera, struct v4l2_buffer *buffer)
{
	*buffer = (struct v4l2_buffer){.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
				       .memory = V4L2_MEMORY_MMAP};
	if (call(camera->fd, VIDIOC_DQBUF, buffer) != 0)
		return false;
	if (buffer->index < camera->num_buffers && !(buffer->flags & V4L2_BUF_FLAG_ERROR) &&
	    buffer->bytesused >= av_raw_len(&camera->raw))
		return true;
	drop(camera, buffer->index);
	errno = EAGAIN;
	return false;
}

/* newest leaves the last that is ready in *buffer, and the errno of what came behind it. */
static bool newest(struct av_camera *camera, struct v4l2_buffer *buffer, int *error)
{
	struct v4l2_buffer one;
	bool found = false;

	*error = EAGAIN;
	for (int i = 0; i < AV_CAMERA_BUFFERS; i++) { /* no more are there at once */
		if (!next(camera, &one)) {
			*error = errno;
			break;
		}
		if (found)
			drop(camera, buffer->index);
		*buffer = one;
		found = true;
	}
	return found;
}

int av_camera_take(struct av_camera *camera, struct av_picture *to, uint64_t tick_ns)
{
	struct v4l2_buffer buffer;
	int error;
	const bool found = newest(camera, &buffer, &error);

	if (found) {
		hold(camera, &buffer);
		note(camera, &buffer, tick_ns);
	}
	camera->source->empty += !found && camera->held >= 0;
	if (camera->held >= 0)
		av_raw_show(to, &camera->raw);
	return error == EAGAIN ? 0 : error;
}
