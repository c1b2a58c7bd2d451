/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_aes_model.h - FIPS 197 by the letter: the steps of a round, each for itself, so that an
 * instruction can be compared with them in any order. Not constant-time, and slow.
 */
#ifndef PROBE_AES_MODEL_H
#define PROBE_AES_MODEL_H

#include <stddef.h>
#include <stdint.h>

#define AES_MODEL_KEYS 15

struct aes_model {
	uint8_t state[16];
	uint8_t keys[AES_MODEL_KEYS][16];
};

/* FIPS 197 sections 5.1.1 to 5.1.4. The state is the 16 bytes in the order of the input. */
void aes_model_sub(uint8_t state[16]);
void aes_model_shift(uint8_t state[16]);
void aes_model_mix(uint8_t state[16]);
void aes_model_key(uint8_t state[16], const uint8_t key[16]);

/* aes_model_round is SubBytes, ShiftRows, MixColumns, AddRoundKey (figure 5). */
void aes_model_round(uint8_t state[16], const uint8_t key[16]);

/* aes_model_expand fills keys with the schedule of section 5.2; returns the number of rounds.
 * key_len is 16, 24 or 32. */
int aes_model_expand(uint8_t keys[AES_MODEL_KEYS][16], const uint8_t *key, size_t key_len);

#endif /* PROBE_AES_MODEL_H */
