import { PhoneContext } from "./zz-context.ts";
import { Phone } from "@fairlead/transport-alleycat/testing";
const mode = process.argv[2] ?? "same";
await using context = await PhoneContext.open();
let connection = await context.dial();
let app = await context.app(connection);
for (let i = 0; i < 6; i += 1) {
  await context.host.restart(Number(process.argv[3] ?? 0));
  const t = performance.now();
  try {
    const phone = mode === "fresh" ? await Phone.open(context.phone.secretKey) : context.phone;
    connection = await phone.dial(context.payload);
    console.log(i, "dial", Math.round(performance.now() - t));
    const t2 = performance.now();
    await context.attach(connection);
    console.log(i, "attach", Math.round(performance.now() - t2));
    
  } catch (e) { console.log(i, "FAIL", Math.round(performance.now() - t), String(e).split("\n")[0]); }
}
process.exit(0);
