# lab-10g.profile - eBPF, XDP and packet processing on a real port of 10 Gbit/s.
title laboratory, 10 Gbit/s network
grade lab
machine lab-10g
# What the machine must have: each is a test that is SKIP, with its remedy, where it lacks that.
name hwtests.hwmap.machine.has_bare_metal
name hwtests.hwmap.machine.has_tsc_clock
name hwtests.hwmap.machine.has_fixed_frequency
name hwtests.hwmap.machine.has_isolated_cpus
name hwtests.hwmap.machine.has_huge_pages
name hwtests.hwmap.machine.has_iommu
name hwtests.hwmap.machine.has_nic_10g
# Whole systems: what of them is planned and not built is MISSING by name.
system B1 B2 B3 B4 D1 D3 D5 H3
# Guests of the lab run these (gonogo lab run): that they do not here is no matter of this machine.
guest conformance.bpfobj.locked
guest conformance.eal.devices
guest conformance.eal.frames
guest conformance.eal.sender
guest conformance.mem.modes
guest conformance.mem.nodes
guest conformance.mem.room
guest conformance.mem.swap
name gauge
present
