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
# Guests of the lab run these (gonogo lab run): that they do not here is no matter of this machine. Each by
# its own name: what stands beside it in a file runs here, and its SKIP is a NO-GO.
guest conformance.bpfobj.locked.a_function_of_a_program_is_replaced_while_it_runs
guest conformance.bpfobj.locked.a_program_at_the_entry_of_a_function_runs
guest conformance.bpfobj.locked.a_program_at_the_exit_of_a_function_runs
guest conformance.bpfobj.locked.a_program_of_a_security_hook_is_asked
guest conformance.eal.devices.any_thread_or_process_is_told_the_version_of_vfio
guest conformance.eal.devices.bars_and_huge_pages_are_mapped
guest conformance.eal.devices.closed_files_of_vfio_and_uio_are_met_by_a_start
guest conformance.eal.devices.devices_behind_an_iommu_have_their_reason
guest conformance.eal.devices.devices_without_an_iommu_have_their_reason
guest conformance.eal.devices.huge_pages_are_mapped_before_the_group_is_opened
guest conformance.eal.devices.ports_are_found_by_a_scan_of_pci
guest conformance.eal.devices.uio_behind_an_iommu_that_does_not_translate_is_ready
guest conformance.eal.devices.vfio_is_opened_without_root_and_without_a_capability
guest conformance.eal.frames.a_translating_iommu_keeps_frames_from_uio
guest conformance.eal.frames.an_iommu_that_does_not_translate_leaves_them_to_uio
guest conformance.eal.frames.each_frame_from_the_host_reaches_e1000e
guest conformance.eal.frames.each_frame_from_the_host_reaches_virtio_net
guest conformance.eal.frames.frames_of_virtio_may_bypass_an_iommu
guest conformance.eal.sender.each_frame_comes_back_once
guest conformance.mem.modes.a_strict_arena_fails_where_no_page_can_be_huge
guest conformance.mem.modes.each_mode_gives_what_it_says
guest conformance.mem.nodes.a_balanced_arena_is_proved_whole
guest conformance.mem.nodes.a_full_node_is_an_error_and_no_spill
guest conformance.mem.nodes.a_policy_after_the_touch_moves_nothing
guest conformance.mem.nodes.every_backend_binds_to_each_node
guest conformance.mem.nodes.without_binding_pages_spill_to_the_other_node
guest conformance.mem.room.a_limit_of_a_group_above_counts_too
guest conformance.mem.room.more_than_the_cgroup_has_is_refused
guest conformance.mem.swap.a_pressed_arena_says_what_it_lost
guest conformance.mem.swap.huge_pages_are_swapped_like_small_ones
name gauge
present
