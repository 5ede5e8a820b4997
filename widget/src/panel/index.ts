import { register } from "../shared/host";
import { Panel } from "./panel";

register("panel", (host) => new Panel(host));
