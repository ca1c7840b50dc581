"""Sound devices behind one protocol: miniaudio, PortAudio, and two that make no sound."""
