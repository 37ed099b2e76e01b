import { join } from "node:path";

import * as ibm from "./ibm.js";
import { setting } from "./scene.js";
import * as storware from "./storware.js";

const url = setting("STRONGROOM_URL");
const folder = setting("STRONGROOM_FOLDER");
const target = setting("STRONGROOM_TARGET");
await ibm.tell(url, setting("STRONGROOM_API_KEY"), setting("STRONGROOM_TENANT"), folder, join(target, "ibm"));
await storware.tell(
  url,
  setting("STRONGROOM_LOGIN"),
  setting("STRONGROOM_PASSWORD"),
  folder,
  join(target, "storware"),
);
console.log("types checked, both stories told");
