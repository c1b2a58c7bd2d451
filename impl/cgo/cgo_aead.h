/* SPDX-License-Identifier: Apache-2.0 */
/* cgo_aead.h - what an AEAD handle is. */
#ifndef CGO_AEAD_H
#define CGO_AEAD_H

#include "gng_cgo.h"

#define MAX_TEXT ((UINT64_C(1) << 36) - 32) /* SP 800-38D section 5.2.1.1 */

struct gng_cgo_aead {
	struct gng_aes_gcm_key key;
};

#endif /* CGO_AEAD_H */
