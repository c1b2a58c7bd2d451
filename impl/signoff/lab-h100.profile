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
# Guests of the lab run these (gonogo lab run): that they do not here is no matter of this machine. Each by
# its own name: what stands beside it in a file runs here, and its SKIP is a NO-GO.
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
guest conformance.launch.node.the_caller_runs_on_the_node_of_the_gpu
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
guest conformance.uvm.mapmodule.a_range_has_memory_of_the_other_module
guest conformance.uvm.mapmodule.each_way_to_end_a_mapping_ends_it
guest conformance.uvm.mapmodule.the_resource_manager_stays_while_it_is_used
guest conformance.uvm.mapmodule.whatever_fails_nothing_stays_mapped
guest conformance.uvm.module.a_module_is_a_model_too
guest conformance.uvm.module.its_descriptor_acts_on_the_first_process
guest conformance.uvm.module.its_descriptors_may_name_each_other
guest conformance.uvm.module.its_forks_act_on_their_parent
guest conformance.uvm.module.its_mappings_are_not_copied_by_a_fork
guest conformance.uvm.module.its_memory_is_not_kept_again
guest conformance.uvm.module.its_ranges_are_made_checked_and_freed
guest conformance.uvm.module.its_ranges_end_with_their_mapping
guest conformance.uvm.module.its_states_are_kept_by_descriptor
guest conformance.uvm.module.its_threads_are_alike
guest conformance.uvm.module.its_verdict_in_another_place_is_no_success
guest conformance.uvm.rmmodule.a_child_s_descriptors_keep_the_objects
guest conformance.uvm.rmmodule.a_client_is_carried_and_gone
guest conformance.uvm.rmmodule.a_descriptor_that_is_gone_drops_all_in_the_end
guest conformance.uvm.rmmodule.a_forked_child_touches_nothing_there
guest conformance.uvm.rmmodule.its_structures_are_found_without_a_client
guest conformance.uvm.rmmodule.the_last_close_frees_what_is_left
guest conformance.uvm.rmmodule.what_is_none_is_refused_there_too
name gauge
present
