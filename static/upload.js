/* What goes up: a large photograph made smaller on the device, and a form sent with its progress. */
"use strict";

const goingUp = (() => {
  const LARGE = 2 * 1024 * 1024; // a photograph above this is made smaller
  const SIDE = 2000;
  const QUALITY = 0.85;
  const STILL = 60000; // without one more byte gone
  const ANSWER = 180000; // after the last one: what lies in buffers still has to get through

  const reducible = (file) => /^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) && file.size > LARGE;
  const smaller = async (file) => {
    if (!reducible(file)) return null;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    canvas.width = canvas.height = 0;
    return made && made.size < file.size ? made : null;
  };

  /* Given up only when nothing moves: a slow line that goes may take as long as it takes. `moved` is told the bytes
     gone and those of all; rejects with "still" or "cut". */
  const upload = (url, body, moved) =>
    new Promise((done, fail) => {
      const asked = new XMLHttpRequest();
      let timer = 0;
      let gone = 0;
      const wait = (patience) => {
        clearTimeout(timer);
        timer = setTimeout(() => asked.abort(), patience);
      };
      asked.upload.addEventListener("progress", ({ loaded, total }) => {
        if (loaded === gone) return;
        gone = loaded;
        wait(loaded < total ? STILL : ANSWER);
        moved(loaded, total);
      });
      asked.upload.addEventListener("load", () => wait(ANSWER));
      asked.addEventListener("loadend", () => clearTimeout(timer));
      asked.addEventListener("abort", () => fail("still"));
      asked.addEventListener("error", () => fail("cut"));
      asked.addEventListener("load", () => {
        const { status, responseURL, responseText } = asked;
        const redirected = responseURL !== new URL(url, location.href).href;
        done({ status, ok: status >= 200 && status < 300, url: responseURL, redirected, text: async () => responseText });
      });
      asked.open("POST", url);
      wait(STILL);
      asked.send(body);
    });

  return { reducible, smaller, upload };
})();
