internal static void Text_Rows(ReadOnlySpan<int> tokens, int position, ref float weights, ref float memory);
private static void Text_Layer0(int position, int rows, ref float w, ref float memory);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Embed_4(ReadOnlySpan<int> tokens, int position, ref float table, ref float positions, ref float y);
private static void Tile_4x1(int height, int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H1(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H2(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H3(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H4(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H5(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H6(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H7(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Tile_4x1_H8(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Product_4x12(int rows, ref float x, ref float w, ref float y);
private static void Scores_4(int height, int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H1(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H2(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H3(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H4(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H5(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H6(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H7(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Scores_4_H8(int panels, ref float q, ref float keys, ref float scores);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Softmax(int rows, int first, int step, int keys, ref float scores);
private static void Context_4(int height, int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H1(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H2(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H3(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H4(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H5(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H6(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H7(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Context_4_H8(int keys, ref float weights, ref float v, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Attend_1x4(int position, int rows, int keys, ref float q, ref float k, ref float v, ref float scores, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Product_4x4_Residual(int rows, ref float x, ref float w, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Normalize_4(int rows, ref float x, ref float w, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Relu(int rows, int columns, nint stride, ref float y);
[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
private static void Product_4x4_Relu(int rows, ref float x, ref float w, ref float y);
