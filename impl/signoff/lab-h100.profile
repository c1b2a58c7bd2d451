# lab-h100.profile - receive to launch on a machine with a port of 10 Gbit/s and an H100.
title laboratory, NVIDIA H100
grade lab
machine lab-h100
# What the machine must have: each is a test that is SKIP, with its remedy, where it lacks that.
name hwtests.hwmap.machine.has_bare_metal
name hwtests.hwmap.machine.has_tsc_clock
name hwtests.hwmap.machine.has_fixed_frequency
name hwtests.hwmap.machine.has_isolated_cpus
name hwtests.hwmap.machine.has_huge_pages
name hwtests.hwmap.machine.has_iommu
name hwtests.hwmap.machine.has_nic_10g
name hwtests.hwmap.machine.has_nvidia_gpu
name hwtests.hwmap.machine.has_nvidia_h100
# What did not run on a driver or a GPU is no sign-off of it.
name hwtests.uvm.driver
name hwtests.launch.start.cpu_poll_start_p50
name hwtests.launch.start.cuda_launch_start_p50
name hwtests.launch.start.cuda_graph_start_p50
name hwtests.launch.start.doorbell_start_p50
name hwtests.launch.start.doorbell_start_p99
name hwtests.launch.start.doorbell_start_mean
name hwtests.launch.start.doorbell_vs_launch
name hwtests.launch.start.doorbell_vs_graph
# Whole systems: what of them is planned and not built is MISSING by name.
system D1 D2 D3 D4 D5 H3
# Guests of the lab run these (gonogo lab run): that they do not here is no matter of this machine.
guest conformance.eal.devices
guest conformance.eal.frames
guest conformance.eal.sender
guest conformance.launch.node
guest conformance.mem.modes
guest conformance.mem.nodes
guest conformance.mem.room
guest conformance.mem.swap
guest conformance.uvm.mapmodule
guest conformance.uvm.module
guest conformance.uvm.rmmodule
name gauge
present
