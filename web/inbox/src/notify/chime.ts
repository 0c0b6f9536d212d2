// Two quiet notes, made here, so that no sound file has to be loaded.

let context: AudioContext | undefined;

export function chime() {
  try {
    context ??= new AudioContext();
    void context.resume();
    const now = context.currentTime;
    for (const [note, at] of [
      [880, 0],
      [1174.7, 0.09],
    ] as const) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = "sine";
      tone.frequency.value = note;
      volume.gain.setValueAtTime(0, now + at);
      volume.gain.linearRampToValueAtTime(0.08, now + at + 0.01);
      volume.gain.exponentialRampToValueAtTime(0.0005, now + at + 0.35);
      tone.connect(volume).connect(context.destination);
      tone.start(now + at);
      tone.stop(now + at + 0.4);
    }
  } catch {
    // A browser without sound, or one that does not allow it yet.
  }
}
