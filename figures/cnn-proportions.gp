file = tables.'cnn-proportions.tsv'
theory = tables.'cnn-proportions-theory.tsv'
set logscale xy
set key bottom left reverse Left
set lmargin 9
set xlabel 'α:  N_w = 10 α, S = 50 α, C = 1000 α'
set ylabel sprintf('P*/d for alignment %g', alignment_threshold)
set xrange [0.08:350]
set yrange [0.06:3]
d(alpha) = 500 * alpha**2
plot \
  theory using 'scale':(column('lazy') / d(column('scale'))) with lines lw 3 dt 2 lc rgb grey \
    title 'lazy network (GP): P* ∝ d', \
  theory using 'scale':(column('finite_size') / d(column('scale'))) with lines lw 2 \
    lc rgb green title 'posterior at these sizes, nothing fitted', \
  theory using 'scale':(column('equation_of_state') / d(column('scale'))) with lines lw 2 \
    dt 4 lc rgb vermilion title 'equation of state, nothing fitted', \
  theory using 'scale':(column('asymptote') / d(column('scale'))) with lines dt 3 lw 2 lc rgb black \
    title 'its limit, P* ∝ √(N_w S C) ∝ d^{3/4}', \
  file using 'scale':(column('samples') / column('dimension')):(column('low') / column('dimension')):\
    (column('high') / column('dimension')) with yerrorbars pt -1 lc rgb blue notitle, \
  file using 'scale':(column('samples') / column('dimension')):(mark(column('certified'))) \
    with points pt variable lc rgb blue notitle, \
  keyentry with points pt 7 lc rgb blue title 'sampled, 95 % over data sets', \
  keyentry with points pt 6 lc rgb blue title 'where a data set is not certified'
