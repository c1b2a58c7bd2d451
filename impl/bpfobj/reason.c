/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reason.c - classes of refusals that come before the verifier: a loader makes maps, finds types
 * and resolves names first. Words of libbpf 1.1 and of cilium/ebpf 0.9; where the verifier has a
 * log, that decides.
 */
#include <string.h>

#include <gng_bpf.h>

#include "gng_bpfobj.h"

static const struct {
	const char *class, *words, *remedy;
} reasons[] = {
	{"kernel-btf", "kernel BTF is missing", "take a kernel with CONFIG_DEBUG_INFO_BTF"},
	{"kernel-btf", "failed to find valid kernel BTF",
	 "take a kernel with CONFIG_DEBUG_INFO_BTF"},
	{"object-btf", "BTF is required, but is missing", "compile with -g"},
	{"no-program-type", "missing BPF prog type",
	 "name the section as the loader knows it: xdp, tc, tp_btf/NAME, ..."},
	{"no-program-type", "can't load program of unspecified type",
	 "name the section as the loader knows it: xdp, tc, tp_btf/NAME, ..."},
	{"pinned-map-differs", "couldn't reuse pinned map",
	 "remove the pin, or give the map its old shape"},
	{"pinned-map-differs", "parameter mismatch",
	 "remove the pin, or give the map its old shape"},
	{"map-refused", "failed to create: ", "this kernel makes no map of that type and size"},
	{"map-refused", "map create", "this kernel makes no map of that type and size"},
	{"not-resolved", "extern ", "declare it __weak, or take a kernel that has it"},
	{"attach-target", "failed to find kernel BTF type ID of",
	 "this kernel has no such function or tracepoint"},
	{"attach-target", "in kernel BTF", "this kernel has no such function or tracepoint"},
	{"old-map", "legacy map definitions", "define maps by BTF, in the section .maps"},
	{"loader-too-old", "unknown kind",
	 "this loader cannot read the kernel's BTF: take a newer one"},
	{"loader-too-old", ": not supported",
	 "this loader knows no such section: take another one"},
};

static const char *remedy_of(const char *class)
{
	const struct gng_bpf_class *classes;
	size_t num;

	classes = gng_bpf_classes(&num);
	for (size_t i = 0; i < num; i++)
		if (strcmp(classes[i].name, class) == 0)
			return classes[i].meaning;
	return "";
}

const char *gng_bpfobj_classify(int error, const char *log, const char *said, const char **remedy)
{
	const char *class = "";

	*remedy = "";
	if (error == 0)
		return "";
	for (size_t i = 0; !*log && i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strstr(said, reasons[i].words)) {
			*remedy = reasons[i].remedy;
			return reasons[i].class;
		}
	if (error < 0 && !*log) {
		*remedy = "this is no whole eBPF object: compile it with clang -target bpf -c";
		return "malformed";
	}
	class = gng_bpf_classify(error, log);
	*remedy = remedy_of(class);
	return class;
}
