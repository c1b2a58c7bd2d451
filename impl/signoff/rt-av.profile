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
# Guests of the lab run these (gonogo lab run): that they do not here is no matter of this machine.
guest conformance.av.capture
guest conformance.av.causes
guest conformance.rtconf.effects
guest conformance.rtconf.partition
guest conformance.rtconf.swap
name gauge
present
