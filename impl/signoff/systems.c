/* SPDX-License-Identifier: Apache-2.0 */
/* systems.c - the systems that requirements belong to, in the order of the report. */
#include "signoff_page.h"

#include <string.h>

#define FREESTANDING "Freestanding and bus"
#define CRYPTO "Cryptography and the Go boundary"
#define EBPF "eBPF and XDP"
#define MEMORY "Memory, DPDK, GPU"
#define REAL_TIME "Real time, audio and video"
#define HARNESS "Harness"

const struct system_row systems[] = {
	{"K1", FREESTANDING, "Interrupt entry: IDT, handlers, timer hook", "1"},
	{"K2", FREESTANDING, "Page tables and memory layout", "1"},
	{"K3", FREESTANDING, "Real-time kernel on MCUs without an MMU", "1"},
	{"K4", FREESTANDING, "Real, protected and long mode", "1"},
	{"K5", FREESTANDING, "UEFI application, PE/COFF, EFI calls", "1"},
	{"K6", FREESTANDING, "PCI configuration space", "1"},
	{"K7", FREESTANDING, "ACPI tables", "1"},
	{"K8", FREESTANDING, "Linux module, BAR ioremap, coherent DMA", "1"},
	{"C1", CRYPTO, "AES with AES-NI: ECB, CBC, CTR, GCM", "2.1, 2.3"},
	{"C2", CRYPTO, "OpenSSL EVP against Go: cost, allocations", "2.2"},
	{"C3", CRYPTO, "cgo bridge: ownership, leaks, zero copy", "2.4"},
	{"C4", CRYPTO, "10 MB AES-GCM: throughput and latency", "2.5"},
	{"B1", EBPF, "eBPF life cycle, verifier rejections", "3.1"},
	{"B2", EBPF, "PERCPU_HASH against shared maps", "3.2"},
	{"B3", EBPF, "XDP filter latency at 10 Gbit/s", "3.3"},
	{"B4", EBPF, "Hot reload, C and Go", "3.3"},
	{"D1", MEMORY, "rte_eal_init: permissions, pages, errors", "4.1"},
	{"D2", MEMORY, "NVIDIA UVM ioctls and process context", "4.2"},
	{"D3", MEMORY, "Huge pages and NUMA binding", "4.3"},
	{"D4", MEMORY, "Single-core receive to GPU launch", "4.4"},
	{"D5", MEMORY, "rdtsc calibration", "4.4"},
	{"T1", REAL_TIME, "SCHED_FIFO, mlockall, isolation, IRQs", "5"},
	{"T2", REAL_TIME, "Audio/video pipeline, per-stage latency", "5"},
	{"T3", REAL_TIME, "H.264 to RTP, FEC", "5"},
	{"T4", REAL_TIME, "eBPF scheduler-latency monitor", "5"},
	{"T5", REAL_TIME, "QoS control: trend, downgrade, redundancy", "5"},
	{"T6", REAL_TIME, "72-hour run and violation rate", "5"},
	{"H1", HARNESS, "Check, continuous fuzzing, sign-off", ""},
	{"H2", HARNESS, "Claims ledger", ""},
	{"H3", HARNESS, "Instruments: status, CPU bits, histograms", ""},
	{"-", HARNESS, "Tests that name no requirement of a known system", ""},
};
const size_t num_systems = sizeof(systems) / sizeof(systems[0]);

size_t system_find(const char *requirements)
{
	const char *at = requirements + strspn(requirements, " ");
	const size_t len = strcspn(at, ". ");

	for (size_t i = 0; i + 1 < num_systems; i++)
		if (strlen(systems[i].id) == len && memcmp(systems[i].id, at, len) == 0)
			return i;
	return num_systems - 1;
}
