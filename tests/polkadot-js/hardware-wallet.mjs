// Signs as hardware wallets do, over the hash of the metadata, which the binary of `make release` knows. The hash is computed
// here from what the node serves, by a library of its own: RFC 78 of the Polkadot Fellows.
import assert from 'node:assert/strict'
import { merkleizeMetadata, proof } from '@polkadot-api/merkleize-metadata'
import { u8aToHex } from '@polkadot/util'
import { ENGR, account, expectEvent, send } from './lib/chain.mjs'
import { Network } from './lib/network.mjs'

const network = new Network('dev')
const [alice, bob] = ['Alice', 'Bob'].map(account)

try {
  const { api } = await network.node('dev', { args: ['--alice', '--force-authoring'] }).start()
  const metadata = (await api.call.metadata.metadataAtVersion(15)).unwrap()
  const tree = merkleizeMetadata(metadata.toHex(), {
    decimals: api.registry.chainDecimals[0],
    tokenSymbol: api.registry.chainTokens[0],
  })
  const hash = u8aToHex(tree.digest())
  console.log(`the metadata's hash is ${hash}`)

  const call = api.tx.balances.transferKeepAlive(bob.address, 3n * ENGR)
  // What a wallet is handed beside what it signs, and shows.
  const signed = await call.signAsync(alice, { nonce: -1, mode: 1, metadataHash: hash })
  const shown = proof.dec(tree.getProofForExtrinsic(signed.toHex())).info
  assert.deepEqual([shown.tokenSymbol, shown.decimals, shown.specName], ['ENGR', 12, 'engram'])

  const { events } = await send(api, call, alice, { mode: 1, metadataHash: hash })
  assert.equal(expectEvent(events, 'balances', 'Transfer').data.amount.toBigInt(), 3n * ENGR)
  console.log('a transfer signed over it is in a finalized block')

  const other = u8aToHex(tree.digest().reverse())
  await assert.rejects(send(api, call, alice, { mode: 1, metadataHash: other }), /bad signature/)
  console.log('one signed over another hash is refused')
} finally {
  await network.stop()
}
