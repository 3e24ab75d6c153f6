const state = document.querySelector('#state');
const form = document.querySelector('form');
const answers = document.querySelector('#answers');
let socket;

function connect() {
  socket = new WebSocket(`${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/echo`);
  socket.addEventListener('open', () => (state.textContent = 'connected'));
  socket.addEventListener('message', ({ data }) => {
    const { text, number } = JSON.parse(data);
    answers.appendChild(document.createElement('li')).textContent = `${number}: ${text}`;
  });
  socket.addEventListener('close', ({ code, reason }) => {
    state.textContent = `closed (${code}${reason === '' ? '' : `, ${reason}`}), connecting again`;
    setTimeout(connect, 1_000);
  });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  socket.send(JSON.stringify({ text: form.elements.text.value }));
  form.reset();
});
connect();
