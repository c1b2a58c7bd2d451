# bare-metal.profile - cryptography, instruments and latencies without a hypervisor.
title laboratory, bare metal
grade lab
machine lab-x86
# What the machine must have: each is a test that is SKIP, with its remedy, where it lacks that.
name hwtests.hwmap.machine.has_bare_metal
name hwtests.hwmap.machine.has_tsc_clock
name hwtests.hwmap.machine.has_fixed_frequency
name hwtests.hwmap.machine.has_isolated_cpus
name hwtests.hwmap.machine.has_vaes
name hwtests.hwmap.machine.has_avx512
# Whole systems: what of them is planned and not built is MISSING by name.
system C1 C4 D5 H3
name gauge
# Absolute times, judged only where the noise floor allows it.
require hwtests.aes.latency
present
