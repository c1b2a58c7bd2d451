# here.profile - what `make signoff` requires of any machine (gng_profile_apply).
title any machine, functional
grade functional
name base
name clock
name hist
name gauge
name aes portable
present
