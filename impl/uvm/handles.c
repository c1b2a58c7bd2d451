/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handles.c - all that a mapping takes, once through: a client, a GPU's objects, an address space
 * and memory, which UVM registers and maps; managed memory that goes to the GPU and back; and all
 * of it freed again.
 */
#include "uvm_handles.h"

#include <stdio.h>
#include <sys/mman.h>

#define LEN ((uint64_t)2 << 20)
/* Where to ask for addresses: seccomp's model has a file there, and a limit may end it early. */
#define LOW ((void *)0x30000000)

/* ---- steps ---- */

static void note_step(void *arg, const struct gng_uvm_step *step)
{
	struct uvm_handles *handles = arg;

	if (handles->num_steps < HANDLES_MAX_STEPS)
		handles->steps[handles->num_steps++] = *step;
}

static void blame(struct uvm_handles *handles, const char *text)
{
	if (!*handles->reason)
		snprintf(handles->reason, sizeof(handles->reason), "%s", text);
}

/* note_of is a step of /dev/nvidia-uvm; true if it was as it should. */
static bool note_of(struct uvm_handles *handles, enum gng_uvm_command command, const char *of,
		    enum gng_status status, uint32_t verdict, const struct gng_why *why)
{
	const struct gng_uvm_step step = {.call = gng_uvm_command_name(command),
					  .of = of,
					  .rm_status = verdict,
					  .error = status == GNG_OK ? 0 : why->sys_errno};

	note_step(handles, &step);
	if (status != GNG_OK)
		blame(handles, why->text);
	return status == GNG_OK;
}

static bool note_uvm(struct uvm_handles *handles, enum gng_uvm_command command,
		     enum gng_status status, uint32_t verdict, const struct gng_why *why)
{
	return note_of(handles, command, "", status, verdict, why);
}

/* ---- mapping ---- */

/* what is in use by a walk */
struct walk {
	struct uvm_handles *handles;
	struct gng_uvm_rm *rm;
	struct gng_uvm *uvm;
	struct gng_uvm_gpu gpu;
	uint32_t vaspace, memory;
	uint64_t base;
};

static bool map_and_unmap(struct walk *walk)
{
	const struct gng_uvm_handle memory = gng_uvm_rm_handle(walk->rm, walk->memory);
	struct uvm_handles *handles = walk->handles;
	uint32_t verdict;
	struct gng_why why = {.sys_errno = 0};
	enum gng_status status;
	bool ok;

	status = gng_uvm_create_external_range(walk->uvm, walk->base, LEN, &verdict, &why);
	if (!note_uvm(handles, GNG_UVM_CREATE_EXTERNAL_RANGE, status, verdict, &why))
		return false;
	status = gng_uvm_map_external(walk->uvm, walk->base, LEN, 0, walk->gpu.uuid, &memory,
				      &verdict, &why);
	ok = note_uvm(handles, GNG_UVM_MAP_EXTERNAL_ALLOCATION, status, verdict, &why);
	if (ok) {
		status = gng_uvm_unmap_external(walk->uvm, walk->base, LEN, walk->gpu.uuid,
						&verdict, &why);
		ok = note_uvm(handles, GNG_UVM_UNMAP_EXTERNAL, status, verdict, &why);
	}
	status = gng_uvm_free(walk->uvm, walk->base, LEN, &verdict, &why);
	return note_uvm(handles, GNG_UVM_FREE, status, verdict, &why) && ok;
}

static uint8_t pattern_at(size_t i)
{
	return (uint8_t)(i * 40503u >> 8);
}

/* there_and_back migrates, and looks whether the bytes came back. */
static bool there_and_back(struct walk *walk, uint8_t *memory)
{
	struct uvm_handles *handles = walk->handles;
	uint32_t verdict;
	struct gng_why why = {.sys_errno = 0};
	enum gng_status status;
	size_t num_same = 0;

	for (size_t i = 0; i < LEN; i++)
		memory[i] = pattern_at(i);
	status = gng_uvm_migrate(walk->uvm, walk->base, LEN, walk->gpu.uuid, -1, &verdict, &why);
	if (!note_of(handles, GNG_UVM_MIGRATE, "to the GPU", status, verdict, &why))
		return false;
	status = gng_uvm_migrate(walk->uvm, walk->base, LEN, NULL, -1, &verdict, &why);
	if (!note_of(handles, GNG_UVM_MIGRATE, "to the CPU", status, verdict, &why))
		return false;
	for (size_t i = 0; i < LEN; i++)
		num_same += memory[i] == pattern_at(i);
	if (num_same != LEN)
		blame(handles, "memory that went to the GPU and back has other bytes");
	return num_same == LEN;
}

static bool migrate(struct walk *walk)
{
	void *at = (void *)(uintptr_t)walk->base;
	struct gng_why why;
	bool ok;

	munmap(at, LEN); /* what reserved the addresses */
	if (gng_uvm_map(walk->uvm, at, LEN, &why) != GNG_OK) {
		blame(walk->handles, why.text);
		return false;
	}
	ok = there_and_back(walk, at);
	munmap(at, LEN);
	return ok;
}

static bool register_vaspace(struct walk *walk)
{
	const struct gng_uvm_handle vaspace = gng_uvm_rm_handle(walk->rm, walk->vaspace);
	uint32_t verdict;
	struct gng_why why = {.sys_errno = 0};
	enum gng_status status;
	bool ok;

	status = gng_uvm_register_gpu_vaspace(walk->uvm, walk->gpu.uuid, &vaspace, &verdict, &why);
	if (!note_uvm(walk->handles, GNG_UVM_REGISTER_GPU_VASPACE, status, verdict, &why))
		return false;
	ok = map_and_unmap(walk) && migrate(walk);
	status = gng_uvm_unregister_gpu_vaspace(walk->uvm, walk->gpu.uuid, &verdict, &why);
	return note_uvm(walk->handles, GNG_UVM_UNREGISTER_GPU_VASPACE, status, verdict, &why) && ok;
}

/* register_gpu: whole GPUs have no partition, so the object is 0. */
static bool register_gpu(struct walk *walk)
{
	const struct gng_uvm_handle whole = gng_uvm_rm_handle(walk->rm, 0);
	uint32_t verdict;
	struct gng_why why = {.sys_errno = 0};
	enum gng_status status;
	int node;
	bool ok;

	status = gng_uvm_register_gpu(walk->uvm, walk->gpu.uuid, &whole, &node, &verdict, &why);
	if (!note_uvm(walk->handles, GNG_UVM_REGISTER_GPU, status, verdict, &why))
		return false;
	ok = register_vaspace(walk);
	status = gng_uvm_unregister_gpu(walk->uvm, walk->gpu.uuid, &verdict, &why);
	return note_uvm(walk->handles, GNG_UVM_UNREGISTER_GPU, status, verdict, &why) && ok;
}

/* keep_memory: since there is such a call, only then is there a process for an address space. */
static bool keep_memory(struct walk *walk)
{
	uint32_t verdict;
	struct gng_why why = {.sys_errno = 0};
	enum gng_status status;

	if (!gng_uvm_layout_of(gng_uvm_version(walk->uvm), GNG_UVM_MM_INITIALIZE))
		return true;
	status = gng_uvm_mm_initialize(walk->uvm, &verdict, &why);
	return note_uvm(walk->handles, GNG_UVM_MM_INITIALIZE, status, verdict, &why);
}

static void use_uvm(struct walk *walk, const struct uvm_handles_request *request)
{
	const struct gng_uvm_request opening = {.device = request->uvm,
						.version = walk->handles->driver};
	void *at = mmap(LOW, LEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct gng_why why = {.sys_errno = 0};
	enum gng_status status;

	if (at == MAP_FAILED) {
		blame(walk->handles, "no address space for a range");
		return;
	}
	walk->base = (uint64_t)(uintptr_t)at;
	status = gng_uvm_open(&walk->uvm, &opening, &why);
	if (note_uvm(walk->handles, GNG_UVM_INITIALIZE, status, GNG_UVM_OK, &why)) {
		(void)!(keep_memory(walk) && register_gpu(walk));
		gng_uvm_close(walk->uvm);
	}
	munmap(at, LEN); /* unless it is gone */
}

/* ---- objects ---- */

static void use_gpu(struct walk *walk, const struct uvm_handles_request *request)
{
	struct uvm_handles *handles = walk->handles;
	struct gng_why why;

	if (gng_uvm_rm_attach(walk->rm, &walk->gpu, &handles->card, NULL, &why) != GNG_OK) {
		blame(handles, why.text);
		return;
	}
	handles->has_gpu = true;
	memcpy(handles->uuid, walk->gpu.uuid, sizeof(handles->uuid));
	if (gng_uvm_rm_vaspace(walk->rm, &walk->vaspace, &walk->gpu, NULL, &why) == GNG_OK &&
	    gng_uvm_rm_memory(walk->rm, &walk->memory, &walk->gpu, LEN, NULL, &why) == GNG_OK)
		use_uvm(walk, request);
	else
		blame(handles, why.text);
	if (gng_uvm_rm_detach(walk->rm, &walk->gpu, &why) != GNG_OK)
		blame(handles, why.text);
}

/* use_client: a driver without such a GPU is nothing to judge. */
static enum gng_status use_client(struct walk *walk, const struct uvm_handles_request *request,
				  struct gng_why *why)
{
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	struct uvm_handles *handles = walk->handles;
	struct gng_why own;

	if (gng_uvm_rm_cards(walk->rm, cards, &handles->num_cards, &own) != GNG_OK) {
		blame(handles, own.text);
		return GNG_OK;
	}
	if (request->gpu >= handles->num_cards)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "uvm.handles",
				   "the driver has %zu GPUs, and none of number %u",
				   handles->num_cards, request->gpu);
	handles->card = cards[request->gpu];
	use_gpu(walk, request);
	return GNG_OK;
}

enum gng_status uvm_handles_run(struct uvm_handles *handles,
				const struct uvm_handles_request *request, struct gng_why *why)
{
	const struct gng_uvm_rm_request opening = {.control = request->control,
						   .device = request->device,
						   .version = request->version,
						   .step = note_step,
						   .arg = handles};
	struct gng_uvm_version version;
	struct walk walk = {.handles = handles};
	struct gng_why own;
	enum gng_status status;

	status = request->version ? gng_uvm_version_parse(&version, request->version, why)
				  : uvm_read_version(&version, why);
	if (status != GNG_OK)
		return status;
	memcpy(handles->driver, version.text, sizeof(handles->driver));
	status = gng_uvm_rm_open(&walk.rm, &opening, &own);
	if (status == GNG_ESYS || (status != GNG_OK && handles->num_steps)) {
		blame(handles, own.text);
		return GNG_OK;
	}
	if (status != GNG_OK)
		return gng_why_set(why, status, own.sys_errno, "uvm.handles", "%s", own.text);
	handles->is_model = gng_uvm_rm_is_model(walk.rm);
	status = use_client(&walk, request, why);
	if (gng_uvm_rm_close(walk.rm, &own) != GNG_OK)
		blame(handles, own.text);
	return status;
}

/* ---- saying ---- */

static void say_uuid(const gng_uvm_uuid uuid)
{
	printf("GPU-");
	for (size_t i = 0; i < sizeof(gng_uvm_uuid); i++)
		printf("%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}

static void say_card(const struct gng_uvm_card *card)
{
	printf("%04x:%02x:%02x.%x", card->domain, card->bus, card->slot, card->function);
}

void uvm_handles_say(const struct uvm_handles *handles, const char *verdict)
{
	printf("driver %s; %s\n", handles->driver,
	       handles->is_model ? "a MODEL answers: this says nothing about a driver or GPU"
				 : "the device of the driver");
	if (handles->has_gpu) {
		printf("GPU %u of %zu, ", handles->card.minor, handles->num_cards);
		say_card(&handles->card);
		printf(", ");
		say_uuid(handles->uuid);
		putchar('\n');
	}
	for (size_t i = 0; i < handles->num_steps; i++) {
		const struct gng_uvm_step *step = &handles->steps[i];

		printf("  %-28s %-34s ", step->call, step->of);
		if (step->object)
			printf("0x%08x  ", step->object);
		else
			printf("%12s", "");
		puts(step->error ? strerror(step->error) : gng_uvm_status_name(step->rm_status));
	}
	printf("%s%s%s%s\n", verdict, handles->is_model ? " (model)" : "",
	       *handles->reason ? ": " : "", handles->reason);
}

void uvm_say_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if ((unsigned char)*text < ' ')
			printf("\\u%04x", (unsigned int)(unsigned char)*text);
		else
			printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	}
	putchar('"');
}

void uvm_handles_say_json(const struct uvm_handles *handles, const char *verdict)
{
	printf("{\"verdict\":\"%s\",\"driver\":\"%s\",\"device\":\"%s\",\"gpus\":%zu,\"gpu\":",
	       verdict, handles->driver, handles->is_model ? "model" : "driver",
	       handles->num_cards);
	if (handles->has_gpu) {
		printf("{\"minor\":%u,\"pci\":\"", handles->card.minor);
		say_card(&handles->card);
		printf("\",\"uuid\":\"");
		say_uuid(handles->uuid);
		printf("\"}");
	} else {
		printf("null");
	}
	printf(",\"steps\":[");
	for (size_t i = 0; i < handles->num_steps; i++) {
		const struct gng_uvm_step *step = &handles->steps[i];

		printf("%s{\"call\":\"%s\",\"of\":\"%s\",\"object\":%u,\"errno\":%d,"
		       "\"rm_status\":%u,\"name\":\"%s\"}",
		       i ? "," : "", step->call, step->of, step->object, step->error,
		       step->rm_status, gng_uvm_status_name(step->rm_status));
	}
	printf("],\"reason\":");
	uvm_say_text(handles->reason);
	puts("}");
}
