/* SPDX-License-Identifier: Apache-2.0 */
/* peer_library.c - finds and loads the peers' libraries. */
#include "peer.h"

#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

static const struct peer_adapter *const adapters[] = {
	&peer_openssl,	 &peer_openssl35, &peer_boringssl, &peer_ipsec_mb,
	&peer_ipsec_mb2, &peer_nettle,	  &peer_gcrypt,	   &peer_go,
	&peer_ring,	 &peer_bearssl,	  &peer_aesni,	   &peer_memcpy};

/* For messages; it changes with the list above. */
#define NAMES                                                                      \
	"openssl, openssl3.5, boringssl, ipsec-mb, ipsec-mb2, nettle, libgcrypt, " \
	"go, ring, bearssl, aesni or memcpy"

#define NUM_ADAPTERS (sizeof(adapters) / sizeof(adapters[0]))

void peer_libraries_init(struct peer_libraries *libraries)
{
	memset(libraries, 0, sizeof(*libraries));
	for (size_t i = 0; i < NUM_ADAPTERS; i++) {
		struct peer_library *library = &libraries->all[libraries->num++];

		snprintf(library->name, sizeof(library->name), "%s", adapters[i]->name);
		library->adapter = adapters[i];
		library->selected = true;
	}
}

const struct peer_adapter *peer_adapter_named(const char *name, size_t len)
{
	if (strlen(peer_ours.name) == len && memcmp(name, peer_ours.name, len) == 0)
		return &peer_ours;
	for (size_t i = 0; i < NUM_ADAPTERS; i++)
		if (strlen(adapters[i]->name) == len && memcmp(name, adapters[i]->name, len) == 0)
			return adapters[i];
	return NULL;
}

struct peer_library *peer_library_named(struct peer_libraries *libraries, const char *name,
					size_t len)
{
	for (size_t i = 0; i < libraries->num; i++)
		if (strlen(libraries->all[i].name) == len &&
		    memcmp(libraries->all[i].name, name, len) == 0)
			return &libraries->all[i];
	return NULL;
}

/* adapter_of returns the adapter whose name is the longest beginning of name. */
static const struct peer_adapter *adapter_of(const char *name)
{
	const struct peer_adapter *found = NULL;

	for (size_t i = 0; i < NUM_ADAPTERS; i++) {
		const size_t len = strlen(adapters[i]->name);

		if (strncmp(name, adapters[i]->name, len) == 0 &&
		    (!found || len > strlen(found->name)))
			found = adapters[i];
	}
	return found;
}

enum gng_status peer_libraries_add(struct peer_libraries *libraries, const char *text,
				   struct gng_why *why)
{
	const char *equals = strchr(text, '=');
	const size_t len = equals ? (size_t)(equals - text) : 0;
	const struct peer_adapter *adapter = adapter_of(text);
	struct peer_library *library;

	if (!adapter || (!adapter->library && !adapter->kept) || len < strlen(adapter->name) ||
	    len >= sizeof(library->name) || !equals[1])
		return gng_why_set(why, GNG_EINVAL, 0, "peer.add",
				   "--peer %s: wants NAME=FILE, where NAME begins with " NAMES,
				   text);
	library = peer_library_named(libraries, text, len);
	if (!library && libraries->num < PEER_MAX_LIBRARIES)
		library = &libraries->all[libraries->num++];
	if (!library)
		return gng_why_set(why, GNG_ELIMIT, 0, "peer.add",
				   "--peer %s: %d libraries are the most", text,
				   PEER_MAX_LIBRARIES);
	memcpy(library->name, text, len);
	library->name[len] = '\0';
	library->adapter = adapter;
	library->file = equals + 1;
	library->selected = true;
	return GNG_OK;
}

enum gng_status peer_libraries_select(struct peer_libraries *libraries, const char *names,
				      struct gng_why *why)
{
	for (size_t i = 0; i < libraries->num; i++)
		libraries->all[i].selected = false;
	while (*names) {
		const size_t len = strcspn(names, ",");
		struct peer_library *library = peer_library_named(libraries, names, len);

		if (!library)
			return gng_why_set(why, GNG_EINVAL, 0, "peer.select",
					   "--peers: no peer is called '%.*s'; choose " NAMES
					   ", or one of --peer",
					   (int)len, names);
		library->selected = true;
		names += len + (names[len] == ',');
	}
	return GNG_OK;
}

enum gng_status peer_symbols(void *library, const char *const *names, void *const *to, size_t num,
			     struct gng_why *why)
{
	for (size_t i = 0; i < num; i++) {
		void *symbol = dlsym(library, names[i]);

		if (!symbol)
			return gng_why_set(why, GNG_ESYS, 0, "peer.symbols",
					   "the library has no function %s", names[i]);
		memcpy(to[i], &symbol, sizeof(symbol));
	}
	return GNG_OK;
}
