import { register } from "../shared/host";
import { createHints } from "./hints";

register("hints", createHints);
