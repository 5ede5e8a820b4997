import { register } from "../shared/host";
import { Banner } from "./banner";

register("banner", (host) => new Banner(host));
