/* SPDX-License-Identifier: Apache-2.0 */
/*
 * launch.cu - the work on the GPU: one warp sums the words of a packet. launch.ptx is the same by
 * hand, in PTX 6.0, for drivers that are older than the compiler.
 *
 * launch_ring.h says what a slot is. Both words of an order carry its sequence number, so that
 * neither may be older than the other. %globaltimer is read before anything else: in a kernel that
 * stays it is read again when the order is seen.
 */
#define SLOT_LEN 128
#define DEPTH 1024
#define STOP 0xffffffffu

extern "C" __global__ void gonogo_launch(unsigned char *ring, unsigned int *next,
					 const unsigned char *packets, unsigned int stays)
{
	const unsigned int lane = threadIdx.x;
	unsigned int sequence = *next, len, sum;
	unsigned long long began, at, words[2];

	asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(began));
	do {
		volatile unsigned char *slot = ring + ((sequence - 1) % DEPTH) * SLOT_LEN;

		do {
			asm volatile("ld.volatile.global.v2.u64 {%0, %1}, [%2];"
				     : "=l"(words[0]), "=l"(words[1])
				     : "l"(slot)
				     : "memory");
			words[0] = __shfl_sync(~0u, words[0], 0);
			words[1] = __shfl_sync(~0u, words[1], 0);
		} while (words[0] >> 48 != (sequence & 0xffff) || words[1] >> 32 != sequence);
		if (stays)
			asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(began));
		at = words[0] & 0xffffffffffffull;
		len = (unsigned int)words[1];
		sum = 0;
		for (unsigned int i = lane * 4; i < len && len != STOP; i += 128) {
			unsigned int word = *(volatile const unsigned int *)(packets + at + i);

			if (len - i < 4)
				word &= (1u << 8 * (len - i)) - 1;
			sum += word;
		}
		for (int step = 16; step; step /= 2)
			sum += __shfl_xor_sync(~0u, sum, step);
		if (lane == 0) {
			*(volatile unsigned long long *)(slot + 64) = began;
			*(volatile unsigned int *)(slot + 72) = sum;
			__threadfence_system();
			*(volatile unsigned int *)(slot + 76) = sequence;
		}
		sequence++;
	} while (stays && len != STOP);
	if (lane == 0)
		*next = sequence;
}
