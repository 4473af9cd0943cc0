// Examples for the tour: a drawn photograph and a small document. Invented, made in the browser, nothing is loaded.
const WIDTH = 960;
const HEIGHT = 640;

/** A pothole on a road, drawn. */
export function potholePhoto() {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext("2d");
  land(pen);
  road(pen);
  hole(pen);
  return new Promise((done) =>
    canvas.toBlob((blob) => done(new File([blob], "яма.jpg", { type: "image/jpeg" })), "image/jpeg", 0.9),
  );
}

function shade(pen, top, bottom, from, to) {
  const made = pen.createLinearGradient(0, from, 0, to);
  made.addColorStop(0, top);
  made.addColorStop(1, bottom);
  return made;
}

function shape(pen, fill, points) {
  pen.fillStyle = fill;
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.fill();
}

function land(pen) {
  pen.fillStyle = shade(pen, "#8db8e0", "#e9eef2", 0, 260);
  pen.fillRect(0, 0, WIDTH, 260);
  shape(pen, "#7d93a8", [
    [0, 240],
    [160, 150],
    [300, 220],
    [470, 120],
    [640, 215],
    [800, 160],
    [960, 235],
    [960, 270],
    [0, 270],
  ]);
  pen.fillStyle = shade(pen, "#8a9a63", "#5f7340", 250, HEIGHT);
  pen.fillRect(0, 250, WIDTH, HEIGHT);
  for (let house = 0; house < 5; house += 1) {
    const left = 40 + house * 74 + (house > 2 ? 520 : 0);
    shape(pen, ["#c7b299", "#b9c0c8", "#c9a58b"][house % 3], [
      [left, 258],
      [left, 205 - (house % 2) * 18],
      [left + 60, 205 - (house % 2) * 18],
      [left + 60, 258],
    ]);
  }
}

function road(pen) {
  shape(pen, shade(pen, "#8b8f95", "#4d5157", 250, HEIGHT), [
    [430, 252],
    [530, 252],
    [1010, HEIGHT],
    [-50, HEIGHT],
  ]);
  for (const [y, size] of [
    [270, 3],
    [300, 5],
    [345, 8],
    [560, 22],
  ])
    shape(pen, "#f1efe6", [
      [480 - size, y],
      [480 + size, y],
      [480 + size * 1.6, y + size * 4],
      [480 - size * 1.6, y + size * 4],
    ]);
}

function hole(pen) {
  for (const [color, wide, high, y] of [
    ["#3d4045", 190, 62, 470],
    ["#26282b", 172, 52, 476],
    ["#54708c", 120, 30, 486],
    ["#86a3bd", 60, 10, 480],
  ]) {
    pen.fillStyle = color;
    pen.beginPath();
    pen.ellipse(450, y, wide, high, -0.06, 0, Math.PI * 2);
    pen.fill();
  }
  pen.strokeStyle = "#34373b";
  pen.lineWidth = 4;
  for (const [x, y, toX, toY] of [
    [630, 455, 720, 430],
    [265, 485, 190, 520],
    [600, 500, 690, 545],
    [330, 425, 280, 395],
  ]) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo((x + toX) / 2 + 12, (y + toY) / 2 - 8);
    pen.lineTo(toX, toY);
    pen.stroke();
  }
}

export function answerFile() {
  const words =
    "Акт осмотра (пример)\n\nМиасс, улица Ленина, 5. Выбоина засыпана асфальтовой смесью, покрытие уплотнено.\n";
  return new File([words], "Акт осмотра.txt", { type: "text/plain" });
}
