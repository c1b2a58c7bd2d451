/* SPDX-License-Identifier: Apache-2.0 */
/* json.c - the inventory as JSON, and as a resource specification of CTest (ctest(1)). */
#include "gng_hwmap.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static json_t *nics_json(const struct gng_hwmap *map)
{
	json_t *list = json_array();

	for (size_t i = 0; i < map->num_nics; i++)
		json_array_append_new(list, json_pack("{ss ss sI}", "name", map->nics[i].name,
						      "driver", map->nics[i].driver, "speed_mbit_s",
						      (json_int_t)map->nics[i].speed_mbit_s));
	return list;
}

static json_t *gpus_json(const struct gng_hwmap *map)
{
	json_t *list = json_array();

	for (size_t i = 0; i < map->num_gpus; i++)
		json_array_append_new(list,
				      json_pack("{ss sI sI ss}", "address", map->gpus[i].address,
						"vendor", (json_int_t)map->gpus[i].vendor, "device",
						(json_int_t)map->gpus[i].device, "model",
						map->gpus[i].model));
	return list;
}

static json_t *needs_json(const struct gng_hwmap *map)
{
	json_t *list = json_array();
	char evidence[160];

	for (int need = 0; need < GNG_HWMAP_NUM_NEEDS; need++) {
		const bool has = gng_hwmap_has(map, (enum gng_hwmap_need)need, evidence);
		const char *name = gng_hwmap_need_name((enum gng_hwmap_need)need);
		const char *remedy = has ? "" : gng_hwmap_remedy((enum gng_hwmap_need)need);

		json_array_append_new(list, json_pack("{ss sb ss ss}", "need", name, "has", has,
						      "evidence", evidence, "remedy", remedy));
	}
	return list;
}

static char *finish(json_t *json, size_t flags)
{
	char *text = json ? json_dumps(json, flags) : NULL;

	json_decref(json);
	return text;
}

char *gng_hwmap_json(const struct gng_hwmap *map)
{
	return finish(json_pack("{ss ss sI ss ss ss ss sb sb sI sI sI sI so so so}", "cpu_model",
				map->cpu_model, "cpu_flags", map->cpu_flags, "cpus",
				(json_int_t)map->num_cpus, "isolated_cpus", map->isolated_cpus,
				"clocksource", map->clocksource, "governor", map->governor,
				"kernel", map->kernel, "virtual", map->is_virtual, "preempt_rt",
				map->is_preempt_rt, "nodes", (json_int_t)map->num_nodes,
				"huge_page_bytes", (json_int_t)map->huge_page_bytes, "iommu_groups",
				(json_int_t)map->num_iommu_groups, "sound_cards",
				(json_int_t)map->num_sound_cards, "nics", nics_json(map), "gpus",
				gpus_json(map), "needs", needs_json(map)),
		      JSON_INDENT(1));
}

/* ---- CTest ---- */

/* add puts a resource into the list. An id has lower-case letters, digits and underscores. */
static void add(json_t *list, const char *name, size_t slots)
{
	char id[32];

	snprintf(id, sizeof(id), "%s", name);
	for (char *c = id; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		else if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9'))
			*c = '_';
	}
	json_array_append_new(list, json_pack("{ss sI}", "id", id, "slots", (json_int_t)slots));
}

static void put(json_t *local, const char *type, json_t *list)
{
	if (json_array_size(list) > 0)
		json_object_set(local, type, list);
	json_decref(list);
}

static void put_devices(json_t *local, const struct gng_hwmap *map)
{
	json_t *nics = json_array(), *nics_10g = json_array(), *gpus = json_array();

	for (size_t i = 0; i < map->num_nics; i++) {
		add(nics, map->nics[i].name, 1);
		if (map->nics[i].speed_mbit_s >= 10000)
			add(nics_10g, map->nics[i].name, 1);
	}
	for (size_t i = 0; i < map->num_gpus; i++)
		add(gpus, map->gpus[i].address, 1);
	put(local, "nics", nics);
	put(local, "nics_10g", nics_10g);
	put(local, "gpus", gpus);
}

char *gng_hwmap_ctest(const struct gng_hwmap *map)
{
	json_t *local = json_object(), *cpus = json_array(), *pages = json_array();
	char id[32];

	for (size_t i = 0; i < map->num_cpus; i++) {
		snprintf(id, sizeof(id), "%zu", i);
		add(cpus, id, 1);
	}
	if (map->huge_page_bytes >> 30)
		add(pages, "all", (size_t)(map->huge_page_bytes >> 30));
	put(local, "cpus", cpus);
	put(local, "huge_page_gibibytes", pages);
	put_devices(local, map);
	return finish(
		json_pack("{s{si si} s[o]}", "version", "major", 1, "minor", 0, "local", local),
		JSON_INDENT(1));
}
