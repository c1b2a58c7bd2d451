/* SPDX-License-Identifier: Apache-2.0 */
/* attest_key.h - what a key is. Private to impl/attest. */
#ifndef ATTEST_KEY_H
#define ATTEST_KEY_H

#include <openssl/evp.h>

#include "gng_attest.h"

struct gng_attest_key {
	EVP_PKEY *pkey;
	enum gng_attest_algorithm algorithm;
	char id[65];
};

#define ATTEST_SIGNATURE_CAP 80 /* DER of two 33-byte integers is 72 */

/* attest_key_sign signs message; *len is the capacity of signature before, its length after. */
GNG_MUST bool attest_key_sign(uint8_t *signature, size_t *len, const struct gng_attest_key *key,
			      const uint8_t *message, size_t message_len);

GNG_MUST bool attest_key_verify(const struct gng_attest_key *key, const uint8_t *signature,
				size_t len, const uint8_t *message, size_t message_len);

/* attest_key_is_repeated: keys[at] stands in the list before; it must not count twice. */
bool attest_key_is_repeated(const struct gng_attest_key *const *keys, size_t at);

/* attest_hex writes 2 * len lower-case digits and a NUL. */
void attest_hex(char *text, const uint8_t *bytes, size_t len);

#endif /* ATTEST_KEY_H */
