import { useEffect, useRef, useState, type RefObject } from "react";

/** How wide an element is, so that a drawing in it keeps its letters' size. */
export function useWidth<Element extends HTMLElement>(usual = 640): [RefObject<Element | null>, number] {
  const element = useRef<Element>(null);
  const [width, setWidth] = useState(usual);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
