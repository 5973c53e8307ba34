public override void Text_Rows(TeamWork work, ReadOnlySpan<int> tokens, ref float weights, ref float memory);
private static void Text_Layer0(TeamWork work, int rows, ref float w, ref float memory);
public override void Run(int kernel, in Chunk chunk, TeamWork work);
public override void Compile();
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Embed_4(ReadOnlySpan<int> tokens, ref float table, ref float y);
private static void Tile_4x2(int height, int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, int asks, ref float ahead, nint rate, bool accumulate);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x2_H1(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, int asks, ref float ahead, nint rate, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x2_H2(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, int asks, ref float ahead, nint rate, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x2_H3(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, int asks, ref float ahead, nint rate, bool accumulate);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x2_H4(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, int asks, ref float ahead, nint rate, bool accumulate);
private static void Product_4x12(TeamWork work, int rows, ref float x, ref float w, ref float y) => work.Run(0, 1, rows, 4, 64, ref x, ref w, ref y);;
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Product_4x12_Chunk(in Chunk chunk, TeamWork work);
private static void Scores_4(int height, int panels, ref float q, ref float keys, ref float scores);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H1(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H2(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H3(int panels, ref float q, ref float keys, ref float scores);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H4(int panels, ref float q, ref float keys, ref float scores);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Softmax(int rows, int first, int step, int keys, ref float scores);
private static void Context_4(int height, int keys, ref float weights, ref float v, ref float y);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H1(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H2(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H3(int keys, ref float weights, ref float v, ref float y);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H4(int keys, ref float weights, ref float v, ref float y);
private static void Attend_1x4(TeamWork work, ref float q, ref float k, ref float v, ref float y) => work.RunSequences(1, 1, 16, 28, ref q, ref k, ref v, ref y, ref y);;
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Attend_1x4_Chunk(in Chunk chunk, TeamWork work);
private static void Product_4x4_Residual(TeamWork work, int rows, ref float x, ref float w, ref float y) => work.Run(2, 1, rows, 4, 64, ref x, ref w, ref y);;
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Product_4x4_Residual_Chunk(in Chunk chunk, TeamWork work);
private static void LayerNorm_4(TeamWork work, int rows, ref float x, ref float w, ref float y) => work.Run(3, 1, rows, 1, 128, ref x, ref w, ref y);;
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void LayerNorm_4_Chunk(in Chunk chunk, TeamWork work);
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Relu(int rows, int columns, nint stride, ref float y);
private static void Product_4x4_Relu(TeamWork work, int rows, ref float x, ref float w, ref float y) => work.Run(4, 1, rows, 4, 64, ref x, ref w, ref y);;
[CompiledAhead, MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Product_4x4_Relu_Chunk(in Chunk chunk, TeamWork work);
