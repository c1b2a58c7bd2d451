# rt-av.profile - deterministic audio and video under PREEMPT_RT.
title laboratory, real-time audio and video
grade lab
machine rt-av
# What the machine must have: each is a test that is SKIP, with its remedy, where it lacks that.
name hwtests.hwmap.machine.has_bare_metal
name hwtests.hwmap.machine.has_tsc_clock
name hwtests.hwmap.machine.has_fixed_frequency
name hwtests.hwmap.machine.has_isolated_cpus
name hwtests.hwmap.machine.has_sound_card
name hwtests.hwmap.machine.has_preempt_rt
# Whole systems: what of them is planned and not built is MISSING by name.
system T1 T2 T3 T4 T5 T6 D5 H3
# Guests of the lab run these (gonogo lab run): that they do not here is no matter of this machine. Each by
# its own name: what stands beside it in a file runs here, and its SKIP is a NO-GO.
guest conformance.av.capture.a_camera_is_seen_and_its_stamps_are_read
guest conformance.av.capture.a_camera_that_goes_away_ends_the_run
guest conformance.av.capture.a_card_is_heard_and_its_overruns_are_counted
guest conformance.av.capture.a_card_that_goes_away_ends_the_run
guest conformance.av.capture.a_run_sends_what_devices_give
guest conformance.av.causes.a_clock_that_is_set_delays_nothing
guest conformance.av.causes.a_module_that_comes_and_goes_is_a_cause
guest conformance.av.causes.a_quiet_run_is_near_nothing
guest conformance.av.causes.a_usb_device_that_is_enumerated_anew_is_a_cause
guest conformance.av.causes.memory_that_is_short_is_a_cause
guest conformance.rtconf.effects.isolcpus_keeps_others_out_and_nothing_else_does
guest conformance.rtconf.effects.nohz_full_stops_the_tick_and_nothing_else_does
guest conformance.rtconf.effects.preempt_rt_lets_a_timer_wait_for_a_thread
guest conformance.rtconf.effects.preempt_rt_serves_interrupts_by_threads
guest conformance.rtconf.effects.rcu_nocbs_moves_callbacks_and_isolcpus_does_not
guest conformance.rtconf.effects.without_isolcpus_others_come_everywhere
guest conformance.rtconf.effects.without_nohz_full_it_ticks_everywhere
guest conformance.rtconf.effects.without_rcu_nocbs_callbacks_run_where_they_are_made
guest conformance.rtconf.partition.a_killed_maker_leaves_what_can_be_undone
guest conformance.rtconf.partition.nobody_else_runs_inside_until_it_is_gone
guest conformance.rtconf.partition.what_runs_inside_keeps_it
guest conformance.rtconf.partition.what_the_kernel_calls_invalid_is_refused_in_its_words
guest conformance.rtconf.partition.who_joins_has_exactly_its_cpus
guest conformance.rtconf.swap.locked_pages_stay
guest conformance.rtconf.swap.swappiness_0_swaps
guest conformance.rtconf.swap.swappiness_0_with_generations_kills
name gauge
present
