/// Brings an item into view by scrolling its box alone (which must be its offsetParent); scrollIntoView would move the
/// page as well. The item comes to stand in the upper part of the box, as the lower may be covered by the timeline.
export function scrollInside(box, item) {
  const top = item?.offsetTop ?? 0;
  const bottom = top + (item?.offsetHeight ?? 0);
  const height = box.clientHeight;
  if (top < box.scrollTop + height * 0.1 || bottom > box.scrollTop + height * 0.6) box.scrollTop = top - height * 0.3;
}
