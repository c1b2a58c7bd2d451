/* SPDX-License-Identifier: Apache-2.0 */
/* bpf_image.h - what the kernel made of a program of BPF: what `bpftool prog dump` prints. */
#ifndef CONFORMANCE_BPF_IMAGE_H
#define CONFORMANCE_BPF_IMAGE_H

#include "suite.h"

#include <string.h>

#include <bpf/bpf.h>

#define BPF_IMAGE_CAP 16384

/* bpf_image has code as the verifier leaves it, and as machine code; lengths are bytes. */
struct bpf_image {
	uint8_t jited[BPF_IMAGE_CAP], xlated[BPF_IMAGE_CAP];
	uint32_t jited_len, xlated_len, id;
	uint8_t tag[BPF_TAG_SIZE];
};

static inline void bpf_image_read(struct bpf_image *image, int fd)
{
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);

	*image = (struct bpf_image){.id = 0};
	info.jited_prog_insns = (uintptr_t)image->jited;
	info.jited_prog_len = BPF_IMAGE_CAP;
	info.xlated_prog_insns = (uintptr_t)image->xlated;
	info.xlated_prog_len = BPF_IMAGE_CAP;
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &len), 0);
	assert_true(info.xlated_prog_len > 0 && info.xlated_prog_len <= BPF_IMAGE_CAP);
	image->jited_len = info.jited_prog_len;
	image->xlated_len = info.xlated_prog_len;
	image->id = info.id;
	memcpy(image->tag, info.tag, sizeof(image->tag));
}

#endif /* CONFORMANCE_BPF_IMAGE_H */
