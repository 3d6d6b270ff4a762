const COLORS = 8; // as many lane colours as tokens.css has

/// The colour class of the n-th task, the same in the drawing, the source and the lists.
export function laneClass(index) {
  return `lane-${index % COLORS}`;
}
