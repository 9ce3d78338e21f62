set multiplot layout 1, 3
set lmargin 8
set rmargin 1
set logscale xy
set xtics (1, 2, 4, 8, 16, 32, 64, 128)
set xlabel 'N/d'
variances = '0.01 0.1 1'
colours = sprintf('%d %d %d', vermilion, green, blue)
colour(i) = int(word(colours, i))
of(i, name) = column('readout_variance') == real(word(variances, i)) ? column(name) : NaN
set key top right
file = tables.'kernel-adaptation.tsv'
set xrange [0.8:20]
set ylabel 'D_2 = y^TKy over its lazy value' offset 1
set yrange [1:60]
set ytics (1, 2, 5, 10, 20, 50)
plot \
  for [i=1:3] file using (of(i, 'ratio')):'second_equations' with lines lw 2 lc rgb colour(i) \
    title sprintf('σ_a^2 = %s', word(variances, i)), \
  for [i=1:3] file using (of(i, 'ratio')):'second_tree' with lines lw 1.5 dt 3 lc rgb colour(i) notitle, \
  for [i=1:3] file using (of(i, 'ratio')):'second':'second_error' with yerrorbars pt -1 \
    lc rgb colour(i) notitle, \
  for [i=1:3] file using (of(i, 'ratio')):'second':(shape(i, column('certified'))) with points pt variable \
    lc rgb colour(i) notitle, \
  keyentry with lines lw 2 lc rgb black title 'equations', \
  keyentry with lines lw 1.5 dt 3 lc rgb black title 'tree level', \
  keyentry with points pt 7 lc rgb black title 'sampled, erf'
set ylabel 'D_1 = d E w_1^2/σ_w^2' offset 1
set yrange [1:5]
set ytics (1, 1.5, 2, 3, 4, 5)
set key off
plot \
  for [i=1:3] file using (of(i, 'ratio')):'first_equations' with lines lw 2 lc rgb colour(i), \
  for [i=1:3] file using (of(i, 'ratio')):'first_tree' with lines lw 1.5 dt 3 lc rgb colour(i), \
  for [i=1:3] file using (of(i, 'ratio')):'first':'first_error' with yerrorbars pt -1 \
    lc rgb colour(i), \
  for [i=1:3] file using (of(i, 'ratio')):'first':(shape(i, column('certified'))) with points pt variable \
    lc rgb colour(i)
file = tables.'kernel-adaptation-linear.tsv'
set key top right
set xrange [0.8:160]
set yrange [1:30]
set ytics (1, 2, 5, 10, 20)
set ylabel 'linear: D_2 = d Ω_{11}/(σ_v^2σ_w^2)' offset 1
plot \
  for [i=1:3] file using (of(i, 'ratio')):'equations' with lines lw 2 lc rgb colour(i) notitle, \
  for [i=1:3] file using (of(i, 'ratio')):'tree' with lines lw 1.5 dt 3 lc rgb colour(i) notitle, \
  for [i=1:3] file using (of(i, 'ratio')):'exact' with points pt 2 lc rgb colour(i) notitle, \
  keyentry with points pt 2 lc rgb black title 'exact', \
  keyentry with lines lw 2 lc rgb black title 'equations', \
  keyentry with lines lw 1.5 dt 3 lc rgb black title 'tree level'
unset multiplot
