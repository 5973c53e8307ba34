namespace Attention.Dsl;

/// <summary>The search that takes the likeliest token at each step, of equally likely ones the lowest.</summary>
public sealed class GreedySearch : DecodingOptions;
