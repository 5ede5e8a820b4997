/** What every visit says, and what every stand-in (and the gateway's fake engine) answers. */
export const SAID = "hello";
export const REPLY = "You said: hello";
/** Milliseconds after which nothing more is expected to be loaded, stored or moved. */
export const SETTLE = 2500;
