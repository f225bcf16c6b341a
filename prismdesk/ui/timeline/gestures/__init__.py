"""What a hand does on the timeline: each gesture an object that can be finished or cancelled."""
