// Runs before the first paint: applies the theme that is stored on this device, so that nothing flashes.
import "$shared/theme.css";
import "$shared/base.css";
import { applyLook, savedLook } from "./settings/look";

applyLook(savedLook());
