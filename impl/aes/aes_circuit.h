/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_circuit.h - the AES S-box and its inverse as XOR and AND gates on bit slices.
 * Spec: FIPS 197 sections 5.1.1 and 5.3.2; the circuit is that of Boyar and Peralta, "A
 * depth-16 circuit for the AES S-box" (IACR ePrint 2011/332), figures 5 to 9, whose names
 * stay: u the inputs, t the top layer, m the middle, l and p the bottoms.
 *
 * No load and no branch depends on the data. q[i] holds bit i of each byte, u[0] is bit 7.
 * The XNOR gates are XOR here: together they add 0x63, which the round keys absorb, so
 * aes_sub adds 0x63 too little to its result and aes_inv_sub expects 0x63 in its argument.
 */
#ifndef AES_CIRCUIT_H
#define AES_CIRCUIT_H

#include <stdint.h>

/* Without calls, and named instead of counted, the gates are registers. A sanitizer would check
 * each index, and with that keep them in memory: 1.8 times the time of the whole cipher. */
#define AES_GATES static inline __attribute__((always_inline))

/* aes_top is what a top layer hands on: t, and d, which differs in the inverse. */
struct aes_top {
	uint64_t d, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14;
	uint64_t t15, t16, t17, t18, t19, t20, t21, t22, t23, t24, t25, t26, t27;
};

struct aes_middle {
	uint64_t m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16;
	uint64_t m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32;
	uint64_t m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48;
	uint64_t m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63;
};

AES_GATES void aes_circuit_top(struct aes_top *t, const uint64_t q[8])
{
	const uint64_t u0 = q[7], u1 = q[6], u2 = q[5], u3 = q[4];
	const uint64_t u4 = q[3], u5 = q[2], u6 = q[1], u7 = q[0];

	t->t1 = u0 ^ u3;
	t->t2 = u0 ^ u5;
	t->t3 = u0 ^ u6;
	t->t4 = u3 ^ u5;
	t->t5 = u4 ^ u6;
	t->t6 = t->t1 ^ t->t5;
	t->t7 = u1 ^ u2;
	t->t8 = u7 ^ t->t6;
	t->t9 = u7 ^ t->t7;
	t->t10 = t->t6 ^ t->t7;
	t->t11 = u1 ^ u5;
	t->t12 = u2 ^ u5;
	t->t13 = t->t3 ^ t->t4;
	t->t14 = t->t6 ^ t->t11;
	t->t15 = t->t5 ^ t->t11;
	t->t16 = t->t5 ^ t->t12;
	t->t17 = t->t9 ^ t->t16;
	t->t18 = u3 ^ u7;
	t->t19 = t->t7 ^ t->t18;
	t->t20 = t->t1 ^ t->t19;
	t->t21 = u6 ^ u7;
	t->t22 = t->t7 ^ t->t21;
	t->t23 = t->t2 ^ t->t22;
	t->t24 = t->t2 ^ t->t10;
	t->t25 = t->t20 ^ t->t17;
	t->t26 = t->t3 ^ t->t16;
	t->t27 = t->t1 ^ t->t12;
	t->d = u7;
}

AES_GATES void aes_circuit_inv_top(struct aes_top *t, const uint64_t q[8])
{
	const uint64_t u0 = q[7], u1 = q[6], u2 = q[5], u3 = q[4];
	const uint64_t u4 = q[3], u5 = q[2], u6 = q[1], u7 = q[0];
	const uint64_t r5 = u6 ^ u7, r13 = u1 ^ u6, r17 = u2 ^ u5, r18 = u5 ^ u6, r19 = u2 ^ u4;

	t->t23 = u0 ^ u3;
	t->t22 = u1 ^ u3;
	t->t2 = u0 ^ u1;
	t->t1 = u3 ^ u4;
	t->t24 = u4 ^ u7;
	t->t8 = u1 ^ t->t23;
	t->t19 = t->t22 ^ r5;
	t->t9 = u7 ^ t->t1;
	t->t10 = t->t2 ^ t->t24;
	t->t13 = t->t2 ^ r5;
	t->t3 = t->t1 ^ r5;
	t->t25 = u2 ^ t->t1;
	t->t17 = u2 ^ t->t19;
	t->t20 = t->t24 ^ r13;
	t->t4 = u4 ^ t->t8;
	t->t6 = t->t22 ^ r17;
	t->t16 = r13 ^ r19;
	t->t27 = t->t1 ^ r18;
	t->t15 = t->t10 ^ t->t27;
	t->t14 = t->t10 ^ r18;
	t->t26 = t->t3 ^ t->t16;
	t->d = u0 ^ r17;
}

/* aes_circuit_invert is the first part of the middle: the inverse in GF(2^4), m37 to m45. */
AES_GATES void aes_circuit_invert(struct aes_middle *m, const struct aes_top *t)
{
	m->m1 = t->t13 & t->t6;
	m->m2 = t->t23 & t->t8;
	m->m3 = t->t14 ^ m->m1;
	m->m4 = t->t19 & t->d;
	m->m5 = m->m4 ^ m->m1;
	m->m6 = t->t3 & t->t16;
	m->m7 = t->t22 & t->t9;
	m->m8 = t->t26 ^ m->m6;
	m->m9 = t->t20 & t->t17;
	m->m10 = m->m9 ^ m->m6;
	m->m11 = t->t1 & t->t15;
	m->m12 = t->t4 & t->t27;
	m->m13 = m->m12 ^ m->m11;
	m->m14 = t->t2 & t->t10;
	m->m15 = m->m14 ^ m->m11;
	m->m16 = m->m3 ^ m->m2;
	m->m17 = m->m5 ^ t->t24;
	m->m18 = m->m8 ^ m->m7;
	m->m19 = m->m10 ^ m->m15;
	m->m20 = m->m16 ^ m->m13;
	m->m21 = m->m17 ^ m->m15;
	m->m22 = m->m18 ^ m->m13;
	m->m23 = m->m19 ^ t->t25;
	m->m24 = m->m22 ^ m->m23;
	m->m25 = m->m22 & m->m20;
	m->m26 = m->m21 ^ m->m25;
	m->m27 = m->m20 ^ m->m21;
	m->m28 = m->m23 ^ m->m25;
	m->m29 = m->m28 & m->m27;
	m->m30 = m->m26 & m->m24;
	m->m31 = m->m20 & m->m23;
	m->m32 = m->m27 & m->m31;
	m->m33 = m->m27 ^ m->m25;
	m->m34 = m->m21 & m->m22;
	m->m35 = m->m24 & m->m34;
	m->m36 = m->m24 ^ m->m25;
	m->m37 = m->m21 ^ m->m29;
	m->m38 = m->m32 ^ m->m33;
	m->m39 = m->m23 ^ m->m30;
	m->m40 = m->m35 ^ m->m36;
	m->m41 = m->m38 ^ m->m40;
	m->m42 = m->m37 ^ m->m39;
	m->m43 = m->m37 ^ m->m38;
	m->m44 = m->m39 ^ m->m40;
	m->m45 = m->m42 ^ m->m41;
}

/* aes_circuit_spread is the second part of the middle: the products m46 to m63. */
AES_GATES void aes_circuit_spread(struct aes_middle *m, const struct aes_top *t)
{
	m->m46 = m->m44 & t->t6;
	m->m47 = m->m40 & t->t8;
	m->m48 = m->m39 & t->d;
	m->m49 = m->m43 & t->t16;
	m->m50 = m->m38 & t->t9;
	m->m51 = m->m37 & t->t17;
	m->m52 = m->m42 & t->t15;
	m->m53 = m->m45 & t->t27;
	m->m54 = m->m41 & t->t10;
	m->m55 = m->m44 & t->t13;
	m->m56 = m->m40 & t->t23;
	m->m57 = m->m39 & t->t19;
	m->m58 = m->m43 & t->t3;
	m->m59 = m->m38 & t->t22;
	m->m60 = m->m37 & t->t20;
	m->m61 = m->m42 & t->t1;
	m->m62 = m->m45 & t->t4;
	m->m63 = m->m41 & t->t2;
}

AES_GATES void aes_circuit_bottom(uint64_t q[8], const struct aes_middle *m)
{
	const uint64_t l0 = m->m61 ^ m->m62, l1 = m->m50 ^ m->m56, l2 = m->m46 ^ m->m48;
	const uint64_t l3 = m->m47 ^ m->m55, l4 = m->m54 ^ m->m58, l5 = m->m49 ^ m->m61;
	const uint64_t l6 = m->m62 ^ l5, l7 = m->m46 ^ l3, l8 = m->m51 ^ m->m59;
	const uint64_t l9 = m->m52 ^ m->m53, l10 = m->m53 ^ l4, l11 = m->m60 ^ l2;
	const uint64_t l12 = m->m48 ^ m->m51, l13 = m->m50 ^ l0, l14 = m->m52 ^ m->m61;
	const uint64_t l15 = m->m55 ^ l1, l16 = m->m56 ^ l0, l17 = m->m57 ^ l1;
	const uint64_t l18 = m->m58 ^ l8, l19 = m->m63 ^ l4;

	q[7] = l6 ^ l15 ^ l9;
	q[6] = l16 ^ l7 ^ l9;
	q[5] = l19 ^ l11 ^ l14;
	q[4] = l6 ^ l1 ^ l7;
	q[3] = l0 ^ l1 ^ l3 ^ l12;
	q[2] = l6 ^ l10 ^ l11 ^ l17;
	q[1] = l13 ^ l8 ^ l10;
	q[0] = l6 ^ l18 ^ l2;
}

AES_GATES void aes_circuit_inv_bottom(uint64_t q[8], const struct aes_middle *m)
{
	const uint64_t p0 = m->m52 ^ m->m61, p1 = m->m58 ^ m->m59, p2 = m->m54 ^ m->m62;
	const uint64_t p3 = m->m47 ^ m->m50, p4 = m->m48 ^ m->m56, p5 = m->m46 ^ m->m51;
	const uint64_t p6 = m->m49 ^ m->m60, p7 = p0 ^ p1, p8 = m->m50 ^ m->m53;
	const uint64_t p9 = m->m55 ^ m->m63, p10 = m->m57 ^ p4, p11 = p0 ^ p3;
	const uint64_t p12 = m->m46 ^ m->m48, p13 = m->m49 ^ m->m51, p14 = m->m49 ^ m->m62;
	const uint64_t p15 = m->m54 ^ m->m59, p16 = m->m57 ^ m->m61, p17 = m->m58 ^ p2;
	const uint64_t p18 = m->m63 ^ p5, p22 = p2 ^ p7, p23 = p7 ^ p8;

	q[7] = p13 ^ p22;
	q[6] = p9 ^ p11 ^ p15 ^ p4 ^ p6;
	q[5] = p17 ^ p11 ^ p6 ^ p10;
	q[4] = p12 ^ p22;
	q[3] = p23 ^ p10 ^ p18;
	q[2] = p2 ^ p3 ^ p5 ^ p7;
	q[1] = p14 ^ p23;
	q[0] = p9 ^ p16;
}

/* aes_sub replaces q by SubBytes(q) XOR 0x63. */
AES_GATES void aes_sub(uint64_t q[8])
{
	struct aes_top top;
	struct aes_middle m;

	aes_circuit_top(&top, q);
	aes_circuit_invert(&m, &top);
	aes_circuit_spread(&m, &top);
	aes_circuit_bottom(q, &m);
}

/* aes_inv_sub replaces q by InvSubBytes(q XOR 0x63). */
AES_GATES void aes_inv_sub(uint64_t q[8])
{
	struct aes_top top;
	struct aes_middle m;

	aes_circuit_inv_top(&top, q);
	aes_circuit_invert(&m, &top);
	aes_circuit_spread(&m, &top);
	aes_circuit_inv_bottom(q, &m);
}

#endif /* AES_CIRCUIT_H */
