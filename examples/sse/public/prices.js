const state = document.querySelector('#state');
const list = document.querySelector('#prices');
const items = new Map();

const source = new EventSource('/prices');
source.addEventListener('open', () => (state.textContent = 'listening'));
source.addEventListener('error', () => (state.textContent = 'connection lost, coming back'));
source.addEventListener('price', ({ data, lastEventId }) => {
  const { symbol, amount } = JSON.parse(data);
  let item = items.get(symbol);
  if (item === undefined) items.set(symbol, (item = list.appendChild(document.createElement('li'))));
  item.textContent = `${symbol} ${amount.toFixed(2)} (event ${lastEventId})`;
});
