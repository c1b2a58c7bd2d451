# SPDX-License-Identifier: Apache-2.0
# gate.awk - the deepest stack of one call of the kernel, from gcc's -fcallgraph-info=su.
#
# Reads *.ci; prints "bytes function" for the gng_rtos_ function that needs most, and fails if that
# is over -v max=BYTES or if a path has a function whose stack is not known at build time.
/^node:/ {
	name = $0; sub(/.*title: "/, "", name); sub(/".*/, "", name)
	if (match($0, /[0-9]+ bytes \([a-z,]*\)/)) {
		what = substr($0, RSTART, RLENGTH)
		bytes[name] = what + 0
		if (what !~ /static/)
			print "gate.awk: " name ": " what > "/dev/stderr"
	}
}
/^edge:/ {
	from = $0; sub(/.*sourcename: "/, "", from); sub(/".*/, "", from)
	to = $0; sub(/.*targetname: "/, "", to); sub(/".*/, "", to)
	callees[from] = callees[from] " " to
}
function depth(name, level, list, n, i, deepest, d) {
	if (name in known)
		return known[name]
	if (level > 40) {
		print "gate.awk: " name ": recursion" > "/dev/stderr"
		exit 1
	}
	n = split(callees[name], list, " ")
	deepest = 0
	for (i = 1; i <= n; i++) {
		d = depth(list[i], level + 1)
		if (d > deepest)
			deepest = d
	}
	return known[name] = bytes[name] + deepest
}
END {
	worst = 0
	for (name in bytes)
		if (name ~ /^gng_rtos_/ && name !~ /(_start|_idle)$/ && depth(name, 0) > worst) {
			worst = depth(name, 0)
			of = name
		}
	print worst, of
	if (worst > max || worst == 0) {
		print "gate.awk: " of " needs " worst " bytes of stack, more than " max > "/dev/stderr"
		exit 1
	}
}
