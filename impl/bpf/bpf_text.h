/* SPDX-License-Identifier: Apache-2.0 */
/* bpf_text.h - reading one instruction as text. Private to impl/bpf. */
#ifndef BPF_TEXT_H
#define BPF_TEXT_H

#include "gng_bpf.h"

/* text is what is left of an instruction. The readers skip blanks and move on only if they
 * succeed. */
struct bpf_text {
	const char *at;
};

bool bpf_text_word(struct bpf_text *text, const char *word);  /* literally; a name must end there */
bool bpf_text_name(struct bpf_text *text, char name[32]);     /* [A-Za-z_][A-Za-z0-9_]* */
bool bpf_text_number(struct bpf_text *text, int64_t *number); /* decimal or 0x, with a sign */
bool bpf_text_register(struct bpf_text *text, uint8_t *reg, bool *is_32);
bool bpf_text_end(struct bpf_text *text);

/* bpf_reference is a jump or a function that is named and not known yet. */
struct bpf_reference {
	size_t insn;
	char name[32];
	enum { BPF_REF_OFF, BPF_REF_IMM } field;
};

/* bpf_line is one instruction as it is read: one or two slots and at most one reference. */
struct bpf_line {
	struct gng_bpf_insn insns[2];
	size_t num_insns;
	bool refers;
	struct bpf_reference reference;
};

/* bpf_line_read reads one instruction without comment. False, with what is wrong, if it is none. */
bool bpf_line_read(struct bpf_line *line, const char *text, const char **what);

/* Parts of it; each returns whether text is such an instruction, and may set what. */
bool bpf_line_memory(struct bpf_line *line, struct bpf_text *text, const char **what);
bool bpf_line_jump(struct bpf_line *line, struct bpf_text *text, const char **what);
bool bpf_line_alu(struct bpf_line *line, struct bpf_text *text, const char **what);

/* bpf_text_place reads "*(u32 *)(r1 + 4)". */
struct bpf_place {
	uint8_t reg, size; /* size: BPF_W, ... */
	int16_t off;
	bool is_signed;
};
bool bpf_text_place(struct bpf_text *text, struct bpf_place *place);

/* bpf_text_target reads "+3" into *off, or a name into line's reference. */
bool bpf_text_target(struct bpf_line *line, struct bpf_text *text, int32_t *off);

#endif /* BPF_TEXT_H */
