using Attention.Dsl;

namespace Attention.Tests.Models;

/// <summary>Universal Sentence Encoder Lite: the first attention makes rows of 256 channels 512 wide. Maps are input × output.</summary>
[AttentionModel(Unread = ["*TimingSignal*"])]
[Tensor(TensorRole.Embedding, "embedding")]
[Tensor(TensorRole.SelfNorm, "layer{layer}.attn.ln.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "layer{layer}.attn.qkv.weight_in_out", Bias = "layer{layer}.attn.qkv.bias", Transposed = true)]
[Tensor(TensorRole.SelfOutput, "layer{layer}.attn.out.weight_in_out", Bias = "layer{layer}.attn.out.bias", Transposed = true)]
[Tensor(TensorRole.SelfResidual, "layer{layer}.resproj.weight_in_out", Bias = "layer{layer}.resproj.bias", Transposed = true)]
[Tensor(TensorRole.FeedForwardNorm, "layer{layer}.ffn.ln.weight")]
[Tensor(TensorRole.Hidden, "layer{layer}.ffn.fc1.weight_in_out", Bias = "layer{layer}.ffn.fc1.bias", Transposed = true)]
[Tensor(TensorRole.Contract, "layer{layer}.ffn.fc2.weight_in_out", Bias = "layer{layer}.ffn.fc2.bias", Transposed = true)]
[Tensor(TensorRole.Linear, "out.weight_in_out", Bias = "out.bias", Transposed = true)]
[Encoder(layers: 2, width: 512, Norm = NormPlacement.Pre, Epsilon = 1e-6, Prefix = "")]
[Embedding(vocabulary: 8002, length: 128, Width = 256, Scale = 2)]
[Positions(PositionKind.SinusoidalTimescales)]
[SelfAttention(heads: 4, InputWidth = 256, At = new[] { 0 })]
[SelfAttention(heads: 4, At = new[] { 1 })]
[FeedForward(1536, Activation.Relu)]
[Pooling(PoolingKind.Mean)]
[Linear(512, Activation = Activation.Tanh)]
[L2Normalize]
public sealed partial class UseLite;
